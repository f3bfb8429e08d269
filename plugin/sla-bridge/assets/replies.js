// SPDX-License-Identifier: GPL-2.0-or-later
// Puts a ready reply into the editor of the reply form, by osTicket's own list of canned responses, which asks the server for the text
// with its variables filled in. Nothing is sent: that stays the agent's.
(function () {
    "use strict";
    var jQuery = window.jQuery;
    var panels = document.querySelectorAll(".sla-panel");
    var panel = panels[panels.length - 1];
    if (!panel || !jQuery) {
        return;
    }

    function listOf(id) {
        var list = document.querySelector("form#reply select#cannedResp");
        return list && list.querySelector('option[value="' + id + '"]') ? list : null;
    }

    function tell(word) {
        var told = panel.querySelector(".sla-replies-told");
        if (told) {
            told.textContent = told.getAttribute("data-" + word);
        }
    }

    function focusEditor() {
        var box = document.querySelector("form#reply .redactor-in") || document.getElementById("response");
        if (box) {
            box.focus();
        }
    }

    function insert(id) {
        var list = listOf(id);
        var opener = document.querySelector('a.post-response[href="#post-reply"]') || document.getElementById("post-reply-tab");
        if (!list) {
            tell("failed");
            return;
        }
        if (opener) {
            opener.click();
        }
        jQuery(document).off(".slaReplies").on("ajaxComplete.slaReplies", function (event, request, settings) {
            if (settings.url.indexOf("/canned-resp/" + id + ".json") === -1) {
                return;
            }
            jQuery(document).off(".slaReplies");
            tell(request.status === 200 ? "done" : "failed");
            focusEditor();
        });
        // Where it opens, osTicket remembers the place in the editor at which it inserts.
        jQuery(list).trigger("select2:opening").val(String(id)).trigger("change");
    }

    panel.addEventListener("click", function (event) {
        var button = event.target.closest(".sla-reply");
        if (button) {
            insert(button.getAttribute("data-reply"));
        }
    });
}());
