<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Db;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;
use SlaBridge\Schema;
use SlaBridge\Viewer;

/**
 * The managers' page of discouraged phrases. For administrators and for roles that may read reports, who see what was written in
 * departments of theirs.
 */
final class WordingPage
{
    /** As the page of reports registers it. */
    public const PERMISSION = 'sla.report';
    private const PATH = 'ajax.php/sla-bridge/wording';
    private const SHOWN = 200;
    private const IN_CSV = 10000;

    /** Puts the page among the applications. Whatever fails, agents' pages go on. */
    public static function register(): void
    {
        try {
            require_once INCLUDE_DIR . 'class.app.php';
            // Called on an object: the method is none of the class's own.
            $title = Words::in(Viewer::language())->say('wording.menu');
            (new \Application())->registerStaffApp($title, self::url(), ['iconclass' => 'dashboard']);
        } catch (\Throwable $error) {
            error_log('sla-bridge: page of wording: ' . $error->getMessage());
        }
    }

    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/sla-bridge/wording$', static function (): void {
            self::answer(Words::in(Viewer::language()));
        }));
    }

    private static function answer(Words $words): void
    {
        global $thisstaff;
        if (!$thisstaff instanceof \StaffSession || !$thisstaff->isValid() || !self::mayLook($thisstaff)) {
            \Http::response(403, Html::escape($words->say('wording.forbidden')));
        }
        $db = Db::ofOsTicket();
        (new Schema($db))->state();
        $rows = new WordingRows($db);
        $rows->purge(time());
        $departments = $thisstaff->isAdmin() ? null : array_map('intval', $thisstaff->getDepts());
        $period = WordingPeriod::of($_GET, Viewer::zone(), time());
        $asked = [$period->begins, $period->ends, $departments];
        if (isset($_GET['csv'])) {
            self::download($period, WordingCsv::of($words, $rows->listed(...$asked, limit: self::IN_CSV), Viewer::zone()));
        }
        self::show($words, (new WordingTable(
            $words,
            new Instants($words, Viewer::zone()->getName(), time()),
            $period,
            $rows->listed(...$asked, limit: self::SHOWN),
            $rows->byPhrase(...$asked),
            $rows->byAgent(...$asked),
            KnownPhrases::any($db),
            self::url(),
            ROOT_PATH . 'scp/tickets.php?id='
        ))->html());
    }

    private static function mayLook(\Staff $agent): bool
    {
        return $agent->isAdmin() || $agent->hasPerm(self::PERMISSION, false);
    }

    private static function url(): string
    {
        return ROOT_PATH . 'scp/' . self::PATH;
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

    private static function show(Words $words, string $content): never
    {
        // What osTicket's head and foot look at.
        global $ost, $cfg, $thisstaff, $nav;
        $nav ??= new \StaffNav($thisstaff);
        $nav->setTabActive('apps');
        $ost->setPageTitle($words->say('wording.title'));
        // Its own addresses are relative to a page that lies two folders higher.
        $ost->addExtraHeader('<base href="' . ROOT_PATH . 'scp/">');
        header('Cache-Control: no-store');
        include STAFFINC_DIR . 'header.inc.php';
        echo '<style>' . Assets::css() . '</style>', $content;
        include STAFFINC_DIR . 'footer.inc.php';
        exit;
    }
}
