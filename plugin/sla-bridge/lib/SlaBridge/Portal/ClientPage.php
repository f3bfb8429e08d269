<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Html;

/** A page of ours in the portal, between osTicket's own head and foot. */
final class ClientPage
{
    public static function show(int $status, string $content): void
    {
        // What osTicket's head and foot look at.
        global $ost, $cfg, $thisclient, $nav;
        $nav ??= new \UserNav($thisclient);
        http_response_code($status);
        // A link with a signature stays between the letter and this page.
        header('Referrer-Policy: no-referrer');
        header('Cache-Control: no-store');
        header('X-Robots-Tag: noindex');
        include CLIENTINC_DIR . 'header.inc.php';
        echo '<style>' . Assets::css() . '</style>', $content;
        include CLIENTINC_DIR . 'footer.inc.php';
    }

    /** The field without which osTicket takes no form. */
    public static function token(): string
    {
        global $ost;
        return Html::tag('input', ['type' => 'hidden', 'name' => '__CSRFToken__', 'value' => (string) $ost->getCSRFToken()]);
    }
}
