<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/** One item of a batch cannot be written; the others can. */
final class InvalidValue extends \RuntimeException
{
    public function __construct(public readonly string $reason, string $message, public readonly string $hint = '')
    {
        parent::__construct($message);
    }
}
