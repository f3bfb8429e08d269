<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Db;
use SlaBridge\Panel\Json;

/** What the filters offer: nothing that lies outside of the reader's departments. */
final class Choices
{
    /** Of customers, who are many: those of the period with the most targets. */
    private const CUSTOMERS = 300;

    /**
     * @param ?list<int> $departments null: all
     * @param array<string, string> $levels key => title
     * @return array<string, array<string, string>> filter => key => name
     */
    public static function of(Db $db, ?array $departments, array $levels, View $view): array
    {
        $only = $departments === null ? '' : ' WHERE id IN (' . $db->quote($departments) . ')';
        $rows = $db->rows('SELECT id, name FROM ' . DEPT_TABLE . "$only ORDER BY name");
        return self::figured($view) + [
            'level' => $levels,
            'department' => array_column($rows, 'name', 'id'),
            'agent' => ['' => $view->words->say('report.nobody.agent')] + self::agents($db, $departments),
        ];
    }

    /** Pure: what the figures themselves name. @return array<string, array<string, string>> */
    public static function figured(View $view): array
    {
        $tallies = $view->tallies('customer');
        usort($tallies, static fn (Tally $a, Tally $b): int => $b->decided() + $b->open <=> $a->decided() + $a->open);
        $customers = [];
        foreach (array_slice($tallies, 0, self::CUSTOMERS) as $one) {
            $customers[$one->key] = $view->name('customer', $one->key, $one->name);
        }
        $shown = $view->asked->keys()['customer'] ?? null;
        if ($shown !== null && !isset($customers[$shown])) {
            $customers[$shown] = $view->name('customer', $shown, null);
        }
        asort($customers);
        $metrics = array_keys($view->titles['metrics']) ?: array_keys($view->total()->times);
        return [
            'customer' => $customers,
            'metric' => array_combine($metrics, array_map(static fn (string $one): string => $view->name('metric', $one, null), $metrics)),
        ];
    }

    /** Who works in one of the departments. @param ?list<int> $departments @return array<string, string> */
    private static function agents(Db $db, ?array $departments): array
    {
        $sql = "SELECT s.staff_id, TRIM(CONCAT_WS(' ', s.firstname, s.lastname)) AS name FROM " . STAFF_TABLE . ' s';
        if ($departments !== null) {
            $ids = $db->quote($departments);
            $sql .= " WHERE s.dept_id IN ($ids) OR EXISTS (SELECT 1 FROM " . STAFF_DEPT_TABLE . " a WHERE a.staff_id = s.staff_id
                AND a.dept_id IN ($ids))";
        }
        return array_column($db->rows("$sql ORDER BY name"), 'name', 'staff_id');
    }
}
