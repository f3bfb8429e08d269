// SPDX-License-Identifier: GPL-2.0-or-later
// Printing is the browser's: the button is shown where a script can ask for it.
document.querySelectorAll(".sla-report .sla-r-print").forEach(function (button) {
    "use strict";
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
});
