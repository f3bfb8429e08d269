<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/**
 * A letter did not leave as far as we know. An Error and no Exception: osTicket's mailer catches exceptions and tries PHP's mail()
 * next, where the letter might lie in a queue that nobody looks at, or go twice.
 */
final class Undelivered extends \Error
{
    /** Nothing was accepted, for sure. */
    public const REFUSED = 'refused';
    /** The same, and the server says that it never will: the address or the letter is at fault. */
    public const REJECTED = 'rejected';
    /** It may have been accepted. */
    public const UNKNOWN = 'unknown';

    public function __construct(public readonly string $fate, string $why)
    {
        parent::__construct($why);
    }
}
