<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** An answer other than 200, as the contract words it. */
final class ApiError extends \RuntimeException
{
    /** @param array<string, string> $headers */
    public function __construct(
        public readonly int $status,
        public readonly string $reason,
        string $message,
        public readonly string $hint = '',
        public readonly array $headers = []
    ) {
        parent::__construct($message);
    }

    public static function badRequest(string $message, string $hint = ''): self
    {
        return new self(400, 'bad_request', $message, $hint);
    }

    public static function wrongShape(string $message, string $hint = ''): self
    {
        return new self(422, 'unprocessable', $message, $hint);
    }

    public static function notFound(string $message): self
    {
        return new self(404, 'not_found', $message);
    }

    public static function busy(string $message): self
    {
        return new self(503, 'unavailable', $message, 'Ask again in a moment.', ['Retry-After' => '1']);
    }
}
