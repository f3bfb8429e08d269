<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/**
 * The digest of a ticket's inputs. It leaves out what the bridge writes (`bridge`), what is only shown (`native`), the service
 * agent's notes, answers and edits of fields, and the names of statuses, departments, topics and people: those are compared
 * by id, and a rename moves `meta_rev` instead of every ticket. Whose deed an event was decides nothing.
 */
final class Revision
{
    /** What the service agent does to a ticket as anybody does. */
    private const CHANGES = ['status', 'closed', 'reopened', 'department', 'priority', 'assigned'];

    /**
     * @param array<string, mixed> $snapshot
     * @param list<bool> $own for each event whether the bridge's own service agent did it
     */
    public static function of(array $snapshot, array $own): string
    {
        unset($snapshot['rev'], $snapshot['native'], $snapshot['bridge']);
        foreach (['status', 'department', 'topic', 'priority', 'assignee'] as $key) {
            $snapshot[$key] = $snapshot[$key]['id'] ?? null;
        }
        $events = [];
        foreach ($snapshot['events'] as $index => $event) {
            if (($own[$index] ?? false) && !in_array($event['kind'], self::CHANGES, true)) {
                continue;
            }
            unset($event['by']);
            if (is_array($event['from'])) {
                $event['from'] = self::withoutNames($event['from']);
            }
            if (is_array($event['to'])) {
                $event['to'] = self::withoutNames($event['to']);
            }
            $events[] = $event;
        }
        $snapshot['events'] = $events;
        $json = json_encode($snapshot, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
        return substr(hash('sha256', (string) $json), 0, 32);
    }

    /** @param array<array-key, mixed> $value */
    private static function withoutNames(array $value): mixed
    {
        if (array_key_exists('id', $value)) {
            return $value['id'];
        }
        foreach ($value as $key => $member) {
            if (is_array($member)) {
                $value[$key] = self::withoutNames($member);
            }
        }
        return $value;
    }
}
