<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Instant;

/**
 * Custom field values between the wire and osTicket's storage. `form_entry_values.value` is what counts; the `__cdata`
 * table is osTicket's copy of it for queues, where a choice is its bare key and "empty" must be NULL (osTicket itself
 * writes '0' for an empty date, which then matches "in the past").
 */
final class FieldValue
{
    /** Types that hold no value, or none that means anything outside osTicket. */
    private const SILENT = ['thread', 'files', 'break', 'info', 'priority', 'captcha'];
    private const TEXT_BYTES = 65535;
    /** A spreadsheet that opens an export takes what begins so for a formula. */
    private const FORMULA = '/^[=+\-@\t\r]/';

    public static function isSilent(string $type): bool
    {
        return in_array($type, self::SILENT, true);
    }

    /** A stored value as the wire's: a choice is its key, a bool true or false, a date `…Z`, anything else text. */
    public static function decode(string $type, ?string $value): string|bool|null
    {
        if ($value === null || $value === '') {
            return null;
        }
        switch ($type) {
            case 'bool':
                return $value !== '0';
            case 'datetime':
                return Instant::fromStored($value);
            case 'choices':
                $keys = self::fromJson($value);
                return $keys === null ? $value : (implode(',', array_keys($keys)) ?: null);
            case 'memo':
                return PlainText::of($value, str_contains($value, '<') ? 'html' : 'text') ?: null;
        }
        $labels = self::fromJson($value);
        if ($labels === null) {
            return $value;
        }
        $labels = array_filter($labels, 'is_scalar');
        return implode(', ', array_map('strval', $labels)) ?: null;
    }

    /**
     * @param array{type: string, choices: ?array<string, string>, length: int} $field
     * @return array{0: ?string, 1: ?string} what form_entry_values and what __cdata hold
     */
    public static function encode(array $field, mixed $value): array
    {
        if ($value === null) {
            return [null, null];
        }
        switch ($field['type']) {
            case 'choices':
                if (!is_string($value) || !array_key_exists($value, $field['choices'] ?? [])) {
                    $known = implode(', ', array_keys($field['choices'] ?? []));
                    throw new InvalidValue('bad_value', self::show($value) . ' is none of the choices', "Choices: $known");
                }
                return [(string) json_encode([$value => $field['choices'][$value]]), $value];
            case 'datetime':
                $stored = is_string($value) ? Instant::toStored($value) : null;
                if ($stored === null) {
                    throw new InvalidValue('bad_value', self::show($value) . ' is no instant', 'Write 2026-11-20T07:00:00Z.');
                }
                return [$stored, $stored];
            case 'bool':
                if (!is_bool($value)) {
                    throw new InvalidValue('bad_value', self::show($value) . ' is neither true nor false');
                }
                return [$value ? '1' : '0', $value ? '1' : '0'];
            case 'text':
            case 'memo':
                return self::encodeText($value, $field['length']);
        }
        throw new InvalidValue('bad_value', "a field of type {$field['type']} cannot be written");
    }

    /** @return array{0: ?string, 1: ?string} */
    private static function encodeText(mixed $value, int $length): array
    {
        if (!is_string($value)) {
            throw new InvalidValue('bad_value', self::show($value) . ' is no text');
        }
        // osTicket's connection and tables know three-byte UTF-8 only: a longer character would cut the text off there.
        $value = preg_replace('/[\x{10000}-\x{10FFFF}]/u', "\u{FFFD}", str_replace("\0", '', $value)) ?? '';
        if (preg_match(self::FORMULA, $value)) {
            throw new InvalidValue('bad_value', 'the text begins like a formula', 'Begin with no = + - @, tab or carriage return.');
        }
        $limit = $length > 0 ? $length : intdiv(self::TEXT_BYTES, 3);
        if (mb_strlen($value) > $limit) {
            throw new InvalidValue('bad_value', 'the text has ' . mb_strlen($value) . ' characters', "At most $limit.");
        }
        return $value === '' ? [null, null] : [$value, $value];
    }

    /** @return ?array<array-key, mixed> */
    private static function fromJson(string $value): ?array
    {
        if ($value[0] !== '{' && $value[0] !== '[') {
            return null;
        }
        $decoded = json_decode($value, true);
        return is_array($decoded) ? $decoded : null;
    }

    private static function show(mixed $value): string
    {
        $text = (string) json_encode($value, JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR);
        return mb_strlen($text) > 60 ? mb_substr($text, 0, 60) . '…' : $text;
    }
}
