// SPDX-License-Identifier: GPL-2.0-or-later
// Fetches the articles that fit a ticket, once its panel is open: looking for them is not worth a wait to those who never open it.
(function () {
    "use strict";

    function load(part) {
        var source = part.getAttribute("data-src") || "";
        part.removeAttribute("data-src");
        if (!/^\/(?![\/\\])/.test(source)) {
            return;
        }
        fetch(source, {credentials: "same-origin", headers: {"X-Requested-With": "XMLHttpRequest"}}).then(function (answer) {
            return answer.ok ? answer.text() : "";
        }).then(function (html) {
            part.innerHTML = html;
            part.hidden = html === "";
        }).catch(function () { /* The panel is whole without them. */ });
    }

    Array.prototype.forEach.call(document.querySelectorAll(".sla-articles[data-src]"), function (part) {
        var body = part.closest(".sla-body");
        if (!body.hidden) {
            load(part);
            return;
        }
        var opening = new MutationObserver(function () {
            if (!body.hidden) {
                opening.disconnect();
                load(part);
            }
        });
        opening.observe(body, {attributes: true, attributeFilter: ["hidden"]});
    });
}());
