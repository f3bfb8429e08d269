<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** A letter as it is sent, word for word: every attempt under one key sends the same one. */
final readonly class Letter
{
    public const TO_CUSTOMER = 'customer';
    public const TO_STAFF = 'staff';
    public const TEST = 'test';

    /**
     * @param int $ticket 0 where it belongs to none
     * @param string $messageId without angle brackets
     * @param int $sender the outgoing address's id
     * @param ?int $entry the thread's entry that stands for it; null for a test, and where it belongs to no ticket
     * @param list<Recipient> $to
     * @param ?string $answers the Message-ID it answers, without angle brackets
     * @param list<string> $references Message-IDs, the oldest first, without angle brackets
     */
    public function __construct(
        public int $ticket,
        public string $messageId,
        public string $audience,
        public int $sender,
        public ?int $entry,
        public array $to,
        public string $subject,
        public string $text,
        public string $html,
        public ?string $answers = null,
        public array $references = []
    ) {
    }
}
