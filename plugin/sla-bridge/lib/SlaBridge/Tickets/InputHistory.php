<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/**
 * What `InputLog` wrote down about one ticket's agents' inputs, as values. Where it tells a change, osTicket's event of the
 * same is left aside; what happened before it was kept, osTicket's events alone tell. Pure.
 */
final class InputHistory
{
    /** @var list<array<string, mixed>> rows of changes, with `name`, `from` and `to` */
    public readonly array $changes;
    /** @var ?array<string, string|bool|null> by name; null: nobody wrote down what the ticket began with */
    public readonly ?array $first;
    /** @var array<int, array<int, true>> osTicket's event => fields */
    private readonly array $told;

    /**
     * @param array<int, array{name: string, type: string, flags: int, owner: ?string}> $fields
     * @param list<array<string, mixed>> $rows in the order in which they were written
     */
    public function __construct(private readonly array $fields, array $rows)
    {
        $changes = $told = [];
        $first = null;
        foreach ($rows as $row) {
            $field = $fields[$row['field']] ?? null;
            if ($row['at_creation']) {
                $first ??= [];
                if ($field !== null) {
                    $first[$field['name']] = self::value($field, $row['after']);
                }
                continue;
            }
            $told[$row['event']][$row['field']] = true;
            if ($field !== null) {
                [$from, $to] = [self::value($field, $row['before']), self::value($field, $row['after'])];
                $changes[] = ['name' => $field['name'], 'from' => $from, 'to' => $to] + $row;
            }
        }
        $this->changes = $changes;
        $this->first = $first;
        $this->told = $told;
    }

    public function tells(int $event, int $field): bool
    {
        return isset($this->told[$event][$field]);
    }

    /**
     * Values that stand in the ticket and that nothing told: an event that osTicket cut may have. One that was made while
     * this log was kept is kept whole, so a cut one is from before.
     *
     * @param array<string, mixed> $standing by name
     * @param array<string, mixed> $last by name: what the last event told
     * @return array<string, array{0: mixed, 1: mixed}> by name: from, to
     */
    public function untold(array $standing, array $last): array
    {
        $untold = [];
        foreach ($this->fields as $field) {
            $name = $field['name'];
            $value = $standing[$name] ?? null;
            if ($field['owner'] === 'agent' && $value !== null && $value !== false && $value !== ($last[$name] ?? null)) {
                $untold[$name] = [$last[$name] ?? ($field['type'] === 'bool' ? false : null), $value];
            }
        }
        return $untold;
    }

    /** @param array{type: string} $field */
    private static function value(array $field, ?string $stored): string|bool|null
    {
        // A box that nobody ever ticked is an unticked one.
        return FieldValue::decode($field['type'], $field['type'] === 'bool' ? ($stored ?: '0') : $stored);
    }
}
