<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Db;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;
use SlaBridge\Schema;
use SlaBridge\StaffPage;
use SlaBridge\Viewer;

/**
 * The managers' page of discouraged phrases. For administrators and for roles that may read reports, who see what was written in
 * departments of theirs.
 */
final class WordingPage
{
    /** Reports are read by the same people. */
    public const PERMISSION = 'sla.report';
    private const PATH = 'sla-bridge/wording';
    private const SHOWN = 200;
    private const IN_CSV = 10000;

    public static function page(): StaffPage
    {
        return new StaffPage(self::PERMISSION, self::PATH, 'wording');
    }

    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/' . self::PATH . '$', static function (): void {
            self::answer(Words::in(Viewer::language()));
        }));
    }

    private static function answer(Words $words): never
    {
        $page = self::page();
        $departments = StaffPage::departments($page->visitor());
        $db = Db::ofOsTicket();
        (new Schema($db))->state();
        $rows = new WordingRows($db);
        $rows->purge(time());
        $period = WordingPeriod::of($_GET, Viewer::zone(), time());
        $asked = [$period->begins, $period->ends, $departments];
        if (isset($_GET['csv'])) {
            self::download($period, WordingCsv::of($words, $rows->listed(...$asked, limit: self::IN_CSV), Viewer::zone()));
        }
        $page->show((new WordingTable(
            $words,
            new Instants($words, Viewer::zone()->getName(), time()),
            $period,
            $rows->listed(...$asked, limit: self::SHOWN),
            $rows->byPhrase(...$asked),
            $rows->byAgent(...$asked),
            KnownPhrases::any($db),
            $page->url(),
            ROOT_PATH . 'scp/tickets.php?id='
        ))->html(), Assets::wording());
    }

    private static function download(WordingPeriod $period, string $csv): never
    {
        header('Content-Type: text/csv; charset=utf-8');
        header("Content-Disposition: attachment; filename=\"wording-$period->from-$period->until.csv\"");
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo $csv;
        exit;
    }
}
