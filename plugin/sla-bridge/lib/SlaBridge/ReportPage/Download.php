<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

/** What a view of the report is as a file: its figures, or the list that it shows. Pure. */
final class Download
{
    private function __construct(public readonly string $name, public readonly string $type, public readonly string $body)
    {
    }

    /** @param list<array<string, ?string>> $tickets those of a list that the figures do not hold */
    public static function of(View $view, array $tickets): self
    {
        $list = $view->asked->as === 'json' ? null : $view->asked->list;
        $name = "sla-{$view->figures['period']['from']}-{$view->figures['period']['until']}" . ($list === null ? '' : "-$list");
        if ($view->asked->as === 'json') {
            return new self("$name.json", 'application/json', self::json($view));
        }
        $csv = new ReportCsv($view);
        return new self("$name.csv", 'text/csv', match (true) {
            $list === null => $csv->figures(),
            $list === 'missed' => $csv->missed(),
            TicketRows::has($list) => $csv->lines(...(new TicketsList($view))->told($tickets, $csv)),
            RegistryParts::has($list) => $csv->lines(...(new RegistryParts($view))->told($list)),
            default => $csv->lines(...(new FiguredLists($view))->told($list)),
        });
    }

    /** As `GET /report` answers, less what belongs to no department where the reader does not see all. */
    private static function json(View $view): string
    {
        $figures = ['registry' => $view->seesAll ? $view->figures['registry'] : null] + array_diff_key($view->figures, ['every' => 1]);
        return json_encode($figures, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
    }
}
