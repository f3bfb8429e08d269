// SPDX-License-Identifier: GPL-2.0-or-later
// Puts the panel under number and subject: osTicket lets a plugin speak before it prints them.
(function () {
    "use strict";
    var panels = document.querySelectorAll("#content > .sla-panel, #content > .sla-portal");
    var panel = panels[panels.length - 1];
    if (!panel) {
        return;
    }

    function place() {
        var title = document.querySelector("#content > .tixTitle");
        if (title) {
            title.parentNode.insertBefore(panel, title.nextSibling);
            return true;
        }
        var heading = document.querySelector("#content #ticketInfo h1");
        if (heading) {
            heading.parentNode.appendChild(panel);
            return true;
        }
        return false;
    }

    // osTicket's own handler opens the dialogue, and shows the ticket anew when it was saved.
    Array.prototype.forEach.call(panel.querySelectorAll('a[href*="/scp/ajax.php/"]'), function (link) {
        link.setAttribute("href", "#" + link.getAttribute("href").split("/scp/ajax.php/")[1]);
        link.classList.add("ticket-action", "no-pjax");
    });

    if (place()) {
        return;
    }
    // A page that is just loading: as soon as the title is there, and before it is painted.
    var waiting = new MutationObserver(function () {
        if (place()) {
            waiting.disconnect();
        }
    });
    waiting.observe(panel.parentNode, {childList: true, subtree: true});
    document.addEventListener("DOMContentLoaded", function () {
        waiting.disconnect();
        place();
    });
}());
