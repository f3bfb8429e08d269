<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** The instants by which the steps of one letter must have ended, whatever a mail server does; seconds as microtime() tells them. */
final readonly class TimeLimit
{
    /** To connect, and to be greeted. */
    public const CONNECT = 3;
    /** Until the server is ready for the letter: nothing was handed over yet. */
    private const READY = 6;
    /** Until it took the letter: servers look into it before they do. */
    private const TAKEN = 10;

    public float $ready;
    public float $taken;

    public function __construct(float $start)
    {
        $this->ready = $start + self::READY;
        $this->taken = $start + self::TAKEN;
    }
}
