<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** What a mail server reports about a letter of ours (RFC 3464), out of a mail as osTicket's parser hands it over. */
final readonly class DeliveryReport
{
    private const LONGEST = 300;

    /**
     * @param string $messageId of ours, without angle brackets
     * @param list<array{address: string, why: string}> $failed recipients that the letter will not reach
     */
    private function __construct(public string $messageId, public array $failed)
    {
    }

    /** Null for whatever is no report, or none about a letter of ours. */
    public static function in(object $mail): ?self
    {
        $parts = array_filter((array) ($mail->parts ?? []), 'is_object');
        $isReport = self::type($mail) === 'multipart/report'
            && strtolower((string) ($mail->ctype_parameters['report-type'] ?? 'delivery-status')) === 'delivery-status';
        if (!$isReport || !$parts) {
            return null;
        }
        $messageId = $status = null;
        foreach ($parts as $part) {
            $messageId ??= self::original($part);
            $status ??= in_array(self::type($part), ['message/delivery-status', 'message/global-delivery-status'], true)
                ? self::content($part) : null;
        }
        return $messageId === null || $status === null ? null : new self($messageId, self::failures($status));
    }

    /** Our Message-ID in the letter, or in its headers, that comes back with the report. */
    private static function original(object $part): ?string
    {
        return match (self::type($part)) {
            'message/rfc822', 'message/global' => MessageId::ours(self::header($part->parts[0]->headers ?? [], self::content($part))),
            'text/rfc822-headers', 'message/global-headers' => MessageId::ours(self::header([], self::content($part))),
            default => null,
        };
    }

    /** @param array<string, mixed> $headers */
    private static function header(array $headers, string $content): string
    {
        $value = $headers['message-id'] ?? null;
        if ($value === null) {
            $head = explode("\n\n", str_replace("\r\n", "\n", $content), 2)[0];
            $value = preg_match('/^Message-ID:((?:.*\n?)(?:[ \t].*\n?)*)/im', $head, $match) ? $match[1] : '';
        }
        return is_array($value) ? implode(' ', array_filter($value, 'is_string')) : (string) $value;
    }

    /** @return list<array{address: string, why: string}> */
    private static function failures(string $status): array
    {
        $failed = [];
        $blocks = preg_split('/\n[ \t]*\n/', trim(str_replace(["\r\n", "\r"], "\n", $status))) ?: [];
        foreach ($blocks as $block) {
            $fields = self::fields($block);
            $address = self::typed($fields['final-recipient'] ?? $fields['original-recipient'] ?? '');
            $code = trim($fields['status'] ?? '');
            $action = strtolower(trim($fields['action'] ?? ''));
            // "failed" with 4.x: it was tried for days. A report without an action says it by its code.
            $isLost = $action === '' ? str_starts_with($code, '5.') : $action === 'failed' && preg_match('/^[45]\./', "$code ") === 1;
            if ($address !== '' && $isLost) {
                $why = trim($code . ' ' . self::typed($fields['diagnostic-code'] ?? ''));
                $failed[] = ['address' => CleanText::line($address, 254), 'why' => CleanText::line($why, self::LONGEST)];
            }
        }
        return $failed;
    }

    /** @return array<string, string> by lower-cased name; lines that go on are put together */
    private static function fields(string $block): array
    {
        preg_match_all('/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t]+.*)*)/m', $block, $found, PREG_SET_ORDER);
        $fields = [];
        foreach ($found as [, $name, $value]) {
            $fields[strtolower($name)] ??= trim((string) preg_replace('/\s+/', ' ', $value));
        }
        return $fields;
    }

    /** `rfc822; a@b.example` without its type. */
    private static function typed(string $value): string
    {
        return trim(preg_match('/^[A-Za-z0-9-]+\s*;(.*)$/s', $value, $match) ? $match[1] : $value, " \t<>");
    }

    private static function type(object $part): string
    {
        return strtolower(($part->ctype_primary ?? '') . '/' . ($part->ctype_secondary ?? ''));
    }

    private static function content(object $part): string
    {
        // Some parsers take the blocks of a status for a message of its own.
        return isset($part->body) ? self::body($part)
            : implode("\n\n", array_map(self::body(...), array_filter((array) ($part->parts ?? []), 'is_object')));
    }

    private static function body(object $part): string
    {
        $body = $part->body ?? '';
        return is_string($body) || $body instanceof \Stringable ? (string) $body : '';
    }
}
