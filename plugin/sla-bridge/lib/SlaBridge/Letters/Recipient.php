<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** Somebody a letter goes to. The name is one line without control characters: it stands in a header. */
final readonly class Recipient
{
    public string $name;

    public function __construct(public string $address, string $name = '', public int $agent = 0)
    {
        $this->name = CleanText::line($name, 100);
    }

    public function shown(): string
    {
        return $this->name === '' || $this->name === $this->address ? $this->address : "$this->name <$this->address>";
    }
}
