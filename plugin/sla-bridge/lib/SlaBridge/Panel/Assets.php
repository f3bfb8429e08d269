<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What goes inline beside a panel: osTicket's page head is out before a panel is drawn. */
final class Assets
{
    public static function css(): string
    {
        return self::read('panel.css');
    }

    /** What the report has besides the panel's. */
    public static function report(): string
    {
        return self::read('report.css');
    }

    /** What shows the button by which the report is printed. */
    public static function printing(): string
    {
        return self::read('report.js');
    }

    public static function script(): string
    {
        return self::read('panel.js');
    }

    /** What puts a panel into osTicket's page. */
    public static function place(): string
    {
        return self::read('place.js');
    }

    /** What puts a ready reply into osTicket's editor. */
    public static function replies(): string
    {
        return self::read('replies.js');
    }

    /** The rules of the managers' page of discouraged phrases. */
    public static function wording(): string
    {
        return self::read('wording.css');
    }

    /** What fetches the articles that fit a ticket. */
    public static function articles(): string
    {
        return self::read('articles.js');
    }

    /** What calls our queues in the agent's language: a function. */
    public static function names(): string
    {
        return self::read('names.js');
    }

    /** The colours of the states alone, for the cells of a queue. */
    public static function colours(): string
    {
        // Those within `@media` are indented, and are not meant for a queue.
        preg_match_all('/^\.sla-badge\[data-state[^\n]*\}$/m', self::file('panel.css'), $rules);
        return implode('', $rules[0]);
    }

    /** Less what nobody reads on a page, and every page would carry: lines that are comments, and what lines begin with. */
    private static function read(string $name): string
    {
        return (string) preg_replace('~^\s*(?:/\*(?:(?!\*/).)*+\*/[ \t]*\n|//[^\n]*\n)|^\s+~ms', '', self::file($name));
    }

    private static function file(string $name): string
    {
        $path = dirname(__DIR__, 3) . '/assets/' . $name;
        return is_file($path) ? (string) file_get_contents($path) : '';
    }
}
