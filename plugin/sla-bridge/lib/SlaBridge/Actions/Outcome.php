<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

/** What has become of an action: a state of the contract, and why where it needs a word. */
final class Outcome
{
    public const ACCEPTED = 'accepted';
    public const SENDING = 'sending';
    public const DONE = 'done';
    public const ALREADY = 'already';
    public const HELD = 'held';
    public const REFUSED = 'refused';
    public const UNKNOWN = 'unknown';
    public const DROPPED = 'dropped';

    public function __construct(public readonly string $state, public readonly string $reason = '')
    {
    }

    public static function done(): self
    {
        return new self(self::DONE);
    }

    public static function refused(string $reason): self
    {
        return new self(self::REFUSED, $reason);
    }

    public static function unknown(string $reason = ''): self
    {
        return new self(self::UNKNOWN, $reason);
    }
}
