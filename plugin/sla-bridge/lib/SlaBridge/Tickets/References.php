<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/** What a ticket's log names by id, with the name that it has today; what is gone keeps the name that the log has. Pure. */
final class References
{
    /**
     * @param array{statuses: array<int, array{id: int, name: string, state: string}>, priorities: array<int, string>} $catalog with
     *     names by id in its other lists
     */
    public function __construct(private readonly array $catalog)
    {
    }

    /** @return ?array{id: int, name: string, state: ?string} */
    public function status(?int $id, string $name = ''): ?array
    {
        $status = $this->catalog['statuses'][$id ?? 0] ?? null;
        if ($status !== null) {
            return ['id' => $status['id'], 'name' => $status['name'], 'state' => $status['state']];
        }
        return $id ? ['id' => $id, 'name' => $name, 'state' => null] : null;
    }

    /** @return ?array{id: int, name: string} */
    public function of(string $list, ?int $id, string $name = ''): ?array
    {
        return $id ? ['id' => $id, 'name' => $this->catalog[$list][$id] ?? $name] : null;
    }

    /** The id of a priority that the log tells by id, by name, or as a pair of both. */
    public function priority(mixed $value): ?int
    {
        if (is_array($value)) {
            return (int) ($value[1] ?? $value[0] ?? 0) ?: null;
        }
        $id = array_search($value, $this->catalog['priorities'], true);
        return $id === false ? (is_numeric($value) ? (int) $value : null) : $id;
    }
}
