<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** A letter's texts before their places are filled: with everything for whoever it goes to, with less for the ticket's thread. */
final class Draft
{
    public function __construct(
        private readonly string $subject,
        private readonly string $text,
        private readonly string $html,
        private readonly Places $places,
        private readonly Places $inThread
    ) {
    }

    public function subject(int $limit): string
    {
        return $this->places->line($this->subject, $limit);
    }

    public function text(): string
    {
        return $this->places->text($this->text);
    }

    public function html(): string
    {
        return $this->html === '' ? '<p>' . nl2br(self::escaped(trim($this->text())), false) . '</p>' : $this->places->html($this->html);
    }

    /** A thread's titles are HTML. */
    public function title(int $limit): string
    {
        return self::escaped($this->inThread->line($this->subject, $limit));
    }

    /** What stands in the thread, under a line of its own: as plain text, for of HTML osTicket makes mark-up again what was escaped. */
    public function entry(string $head): \ThreadEntryBody
    {
        return PlainEntry::of(ltrim("$head\n\n") . $this->inThread->text($this->text));
    }

    private static function escaped(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
    }
}
