<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** One HTTP request, read strictly: a parameter that is not what the contract says is an error, never a default. */
final class Request
{
    private const MAX_MEBIBYTES = 8;

    /** @param array<string, mixed> $query */
    public function __construct(
        public readonly string $method,
        public readonly string $path,
        private readonly array $query,
        private readonly string $contentType,
        private readonly int $contentLength
    ) {
    }

    public static function current(string $path): self
    {
        return new self(
            (string) ($_SERVER['REQUEST_METHOD'] ?? 'GET'),
            $path,
            $_GET,
            (string) ($_SERVER['CONTENT_TYPE'] ?? ''),
            (int) ($_SERVER['CONTENT_LENGTH'] ?? 0)
        );
    }

    public function number(string $name, int $default, int $min, int $max): int
    {
        $value = $this->query[$name] ?? null;
        if ($value === null) {
            return $default;
        }
        if (!is_string($value) || !preg_match('/^\d{1,10}$/D', $value) || (int) $value < $min || (int) $value > $max) {
            throw ApiError::badRequest("`$name` is no number from $min to $max");
        }
        return (int) $value;
    }

    public function flag(string $name): bool
    {
        return $this->number($name, 0, 0, 1) === 1;
    }

    public function text(string $name): ?string
    {
        $value = $this->query[$name] ?? null;
        if ($value !== null && !is_string($value)) {
            throw ApiError::badRequest("`$name` is no text");
        }
        return $value;
    }

    /** Seconds since 1970. */
    public function instant(string $name): ?int
    {
        $value = $this->text($name);
        $at = $value === null ? null : Instant::toUnix($value);
        if ($value !== null && $at === null) {
            throw ApiError::badRequest("`$name` is no instant like 2026-11-20T07:00:00Z");
        }
        return $at;
    }

    public function json(int $mebibytes = self::MAX_MEBIBYTES): \stdClass
    {
        $max = $mebibytes * 1024 * 1024;
        if (strcasecmp(trim(explode(';', $this->contentType)[0]), 'application/json') !== 0) {
            throw new ApiError(415, 'unsupported_media_type', 'the body is not declared as JSON', 'Send Content-Type: application/json.');
        }
        $body = $this->contentLength > $max ? null : file_get_contents('php://input', false, null, 0, $max + 1);
        if ($body === null || strlen((string) $body) > $max) {
            throw new ApiError(413, 'too_large', "the body exceeds $mebibytes MiB", 'Send less at once.');
        }
        try {
            // As objects, so that {} stays an object all the way into the database and back.
            $data = json_decode((string) $body, false, 64, JSON_THROW_ON_ERROR);
        } catch (\JsonException $error) {
            throw ApiError::badRequest('the body is no JSON: ' . $error->getMessage());
        }
        if (!$data instanceof \stdClass) {
            throw ApiError::wrongShape('the body is no JSON object');
        }
        return $data;
    }
}
