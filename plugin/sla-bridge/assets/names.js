// SPDX-License-Identifier: GPL-2.0-or-later
// Calls our queues and sort orders as the agent who looks calls them: osTicket has one title of each for all. A function of
// {queues: {id: [stored, wanted]}, sorts: the same, queue: the one that is shown}; what stands elsewhere is left alone.
(function (names) {
    "use strict";

    function put(element, was, now) {
        Array.prototype.forEach.call(element.childNodes, function (node) {
            if (node.nodeType === 3 && node.nodeValue.trim() === was) {
                node.nodeValue = node.nodeValue.split(was).join(now);
            }
        });
        ["title", "data-original-title"].forEach(function (name) {
            if (element.getAttribute(name) === was) {
                element.setAttribute(name, now);
            }
        });
    }

    function all(selector, pair) {
        Array.prototype.forEach.call(document.querySelectorAll(selector), function (element) {
            put(element, pair[0], pair[1]);
        });
    }

    function rename() {
        Object.keys(names.queues).forEach(function (id) {
            all('#sub_nav a[href$="tickets.php?queue=' + id + '"]', names.queues[id]);
            if (String(names.queue) === id) {
                all(".sticky.bar h2 > a", names.queues[id]);
            }
        });
        Object.keys(names.sorts).forEach(function (id) {
            all('#sort-dropdown a[data-mode="qs-' + id + '"]', names.sorts[id]);
            all('[data-dropdown="#sort-dropdown"]', names.sorts[id]);
        });
    }

    rename();
    if (window.jQuery) {
        // Pages that are fetched into this one, some of which the plugin has no say in.
        window.jQuery(document).off("pjax:end.sla-names").on("pjax:end.sla-names", rename);
    }
    if (document.readyState !== "loading") {
        return;
    }
    // A page that is just loading: as each part comes, and before it is painted.
    var coming = new MutationObserver(rename);
    coming.observe(document.documentElement, {childList: true, subtree: true});
    document.addEventListener("DOMContentLoaded", function () {
        coming.disconnect();
        rename();
    });
})
