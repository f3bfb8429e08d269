<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Actions\Offer;
use SlaBridge\ApiError;
use SlaBridge\Instant;
use SlaBridge\Names;

/** One item of `/writes`, checked by itself: its shape at once, its values when it is known that the ticket exists. */
final class WriteItem
{
    private const MAX_DETAIL = 65536;

    private function __construct(
        public readonly int $id,
        public readonly string $ifRev,
        private readonly \stdClass $raw
    ) {
    }

    public static function read(mixed $raw, int $index): self
    {
        if (!$raw instanceof \stdClass) {
            throw ApiError::wrongShape("item $index is no object");
        }
        if (!is_int($raw->id ?? null) || $raw->id < 1) {
            throw ApiError::wrongShape("item $index: `id` is no ticket id");
        }
        if (!is_string($raw->if_rev ?? null)) {
            throw ApiError::wrongShape("item $index: `if_rev` is no text");
        }
        return new self($raw->id, $raw->if_rev, $raw);
    }

    /**
     * @param array<string, array<string, mixed>> $outputs
     * @return array<int, array{0: ?string, 1: ?string, 2: string}> by field id: stored value, cdata value, name
     */
    public function fields(array $outputs): array
    {
        $known = ['id', 'if_rev', 'fields', 'detail', 'cycles', 'actions', 'native'];
        foreach (array_keys((array) $this->raw) as $member) {
            if (!in_array($member, $known, true)) {
                throw new InvalidValue('bad_item', "an item has no `$member`", 'Members: ' . implode(', ', $known));
            }
        }
        $fields = $this->raw->fields ?? new \stdClass();
        if (!$fields instanceof \stdClass) {
            throw new InvalidValue('bad_item', '`fields` is no object');
        }
        $values = [];
        foreach ((array) $fields as $name => $value) {
            $field = $outputs[$name] ?? throw $this->unknown((string) $name);
            try {
                $values[$field['id']] = [...FieldValue::encode($field, $value), $name];
            } catch (InvalidValue $error) {
                throw new InvalidValue($error->reason, "$name: " . $error->getMessage(), $error->hint);
            }
        }
        return $values;
    }

    private function unknown(string $name): InvalidValue
    {
        return in_array($name, Names::outputs(), true)
            ? new InvalidValue('unknown_field', "osTicket has no field \"$name\"", 'Create it: sla-bridge setup.')
            : new InvalidValue('unknown_field', "\"$name\" is no field that the bridge may write");
    }

    /** `detail` as it is kept; null when the item leaves it as it is or says what `$stands` says. */
    public function detail(string $stands): ?string
    {
        $detail = $this->raw->detail ?? null;
        if ($detail === null) {
            return null;
        }
        if (!$detail instanceof \stdClass) {
            throw new InvalidValue('bad_item', '`detail` is no object');
        }
        $json = self::json($detail);
        if (strlen($json) > self::MAX_DETAIL) {
            throw new InvalidValue('bad_item', '`detail` exceeds 64 KiB');
        }
        return self::unlessItStands($json, $detail, $stands);
    }

    /** @return ?list<array<string, mixed>> the clocks of its detail; null where it has none of its own */
    public function clocks(): ?array
    {
        $detail = $this->raw->detail ?? null;
        if (!$detail instanceof \stdClass) {
            return null;
        }
        $clocks = is_array($detail->clocks ?? null) ? $detail->clocks : [];
        return array_map(static fn (\stdClass $one): array => (array) $one, array_values(array_filter($clocks, is_object(...))));
    }

    /** @return array<string, mixed> the customer of its detail */
    public function customer(): array
    {
        return (array) ($this->raw->detail->customer ?? null);
    }

    public function cycles(string $stands): ?string
    {
        $cycles = $this->raw->cycles ?? null;
        if ($cycles === null) {
            return null;
        }
        if (!is_array($cycles) || array_filter($cycles, static fn (mixed $c): bool => !$c instanceof \stdClass)) {
            throw new InvalidValue('bad_item', '`cycles` is no list of objects');
        }
        return self::unlessItStands(self::json($cycles), $cycles, $stands);
    }

    public function hasActions(): bool
    {
        return ($this->raw->actions ?? []) !== [];
    }

    /** @return list<Offer> */
    public function actions(): array
    {
        return Offer::all($this->raw->actions ?? null);
    }

    public function touchesNative(): bool
    {
        return ($this->raw->native ?? null) !== null;
    }

    /**
     * What becomes of osTicket's own due date: null leaves it, `[]` gives it back to osTicket, `[$due]` sets it (null: no date).
     *
     * @return ?array{0?: ?int}
     */
    public function native(): ?array
    {
        $native = $this->raw->native ?? null;
        if ($native === null) {
            return null;
        }
        $members = $native instanceof \stdClass ? (array) $native : ['' => null];
        if ($members === ['release' => true]) {
            return [];
        }
        if (array_keys($members) !== ['due_at']) {
            throw new InvalidValue('bad_item', '`native` holds neither `due_at` alone nor `"release": true`');
        }
        if ($members['due_at'] === null) {
            return [null];
        }
        $stored = is_string($members['due_at']) ? Instant::toStored($members['due_at']) : null;
        return [$stored === null
            ? throw new InvalidValue('bad_item', '`native.due_at` is no instant', 'Write 2026-11-20T07:00:00Z, or null for no date.')
            : (int) strtotime("$stored UTC")];
    }

    private static function unlessItStands(string $json, mixed $value, string $stands): ?string
    {
        $kept = self::storable($json);
        // The order of members says nothing. Few texts are compared: most tickets have none yet, or the very same.
        $same = $kept === $stands
            || (strlen($kept) === strlen($stands) && self::json(self::sorted($value)) === self::json(self::sorted(json_decode($stands))));
        return $same ? null : $kept;
    }

    private static function json(mixed $value): string
    {
        return (string) json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION);
    }

    /** osTicket's connection knows three-byte UTF-8 only: a longer character is kept as JSON's escape of it. */
    private static function storable(string $json): string
    {
        if (!preg_match('/[\xF0-\xF4]/', $json)) {
            return $json;
        }
        return (string) preg_replace_callback(
            '/[\x{10000}-\x{10FFFF}]/u',
            static fn (array $found): string => trim((string) json_encode($found[0]), '"'),
            $json
        );
    }

    private static function sorted(mixed $value): mixed
    {
        if (!is_array($value) && !$value instanceof \stdClass) {
            return $value;
        }
        $members = (array) $value;
        foreach ($members as $name => $member) {
            if (is_array($member) || $member instanceof \stdClass) {
                $members[$name] = self::sorted($member);
            }
        }
        if (is_array($value)) {
            return $members;
        }
        ksort($members, SORT_STRING);
        return (object) $members;
    }
}
