<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Actions\ActionsPage;
use SlaBridge\Actions\KeptActions;
use SlaBridge\ApiError;
use SlaBridge\Db;
use SlaBridge\LastPass;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Json;
use SlaBridge\Panel\Words;
use SlaBridge\Publication;
use SlaBridge\Queues\LevelTitles;
use SlaBridge\Report\Figures;
use SlaBridge\Report\Question;
use SlaBridge\StaffPage;
use SlaBridge\Viewer;

/**
 * How deadlines were kept, as a page of agents' own panel: for administrators and for roles with its permission, who find what
 * lies in departments of theirs and nothing of others, no name and no sum.
 */
final class ReportPage
{
    public const PERMISSION = 'sla.report';
    private const PATH = 'sla-bridge/report';
    /** Of a list as a file. */
    private const MOST_ROWS = 10000;

    public static function page(): StaffPage
    {
        return new StaffPage(self::PERMISSION, self::PATH, 'report');
    }

    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/' . self::PATH . '$', static function (): void {
            $page = self::page();
            $agent = $page->visitor();
            (new self(Db::ofOsTicket(), $page, $agent))->answer(new Asked($_GET), time());
        }));
    }

    /** @var ?list<int> null: all */
    private readonly ?array $departments;

    private function __construct(private readonly Db $db, private readonly StaffPage $page, private readonly \Staff $agent)
    {
        $seen = StaffPage::departments($agent);
        $isWhole = $seen !== null && !array_diff($db->ids('SELECT id FROM ' . DEPT_TABLE), $seen);
        $this->departments = $isWhole ? null : $seen;
    }

    private function answer(Asked $asked, int $now): never
    {
        $words = Words::in(Viewer::language());
        try {
            [$view, $note] = $this->view($asked, $now, $words);
        } catch (ApiError $error) {
            $key = $error->reason === 'not_published' ? 'report.nothing_published' : 'report.failed';
            $this->show(ReportHtml::told($words->language, $words->say('report.title'), $words->say($key)));
        } catch (\Throwable $error) {
            error_log('sla-bridge: report: ' . $error->getMessage() . ' at ' . $error->getFile() . ':' . $error->getLine());
            $this->show(ReportHtml::told($words->language, $words->say('report.title'), $words->say('report.failed')));
        }
        if ($asked->as !== null) {
            $this->download($asked, $view);
        }
        $this->show(TicketRows::has($asked->list) ? $this->tickets($view, (string) $asked->list) : ReportHtml::page($view, $note));
    }

    /** @return array{View, string} and what there is to say of the question */
    private function view(Asked $asked, int $now, Words $words): array
    {
        [$figures, $note] = $this->figures($asked, $now, $words);
        $titles = Publication::latest($this->db)['content']['titles'] ?? [];
        $metrics = [];
        foreach (array_keys(Json::map($titles, 'metrics')) as $metric) {
            $metrics[(string) $metric] = Json::title($titles, $words->language, 'metrics', $metric) ?? (string) $metric;
        }
        $levels = LevelTitles::read($words->language);
        $known = ['levels' => $levels->short, 'metrics' => $metrics];
        $addresses = ['page' => $this->page->url(), 'ticket' => ROOT_PATH . 'scp/tickets.php?id=', 'actions' => ActionsPage::page()->url()];
        $make = fn (array $choices): View => new View(
            $words->language,
            $now,
            $asked,
            $figures,
            $known,
            $choices,
            $this->health($figures),
            $this->departments === null,
            $addresses
        );
        $bare = $make([]);
        return [$make(Choices::of($this->db, $this->departments, $levels->full, $bare)), $note];
    }

    /** @return array{array<string, mixed>, string} */
    private function figures(Asked $asked, int $now, Words $words): array
    {
        $limit = $asked->as === null ? Question::MOST_LISTED : null;
        $question = fn (?string $from, ?string $until): Question
            => new Question($from, $until, 'level', $asked->keys(), $this->departments, $limit);
        $isCounted = $asked->as === 'json' || !(TicketRows::has($asked->list) || RegistryParts::has((string) $asked->list));
        $ask = fn (Question $one): array => $isCounted ? Figures::every($this->db, $one, $now) : Outline::of($this->db, $one, $now);
        try {
            return [$ask($question($asked->from, $asked->until)), ''];
        } catch (ApiError $error) {
            if ($error->status !== 400) {
                throw $error;
            }
            return [$ask($question(null, null)), $words->say('report.bad_period')];
        }
    }

    /** @param array<string, mixed> $figures */
    private function health(array $figures): Health
    {
        $pass = LastPass::of($this->db);
        return new Health(
            $pass['at'],
            $pass['every'],
            Json::instant($figures, 'registry', 'as_of'),
            $this->departments === null,
            ActionsPage::page()->isFor($this->agent) ? (new KeptActions($this->db))->counted($this->departments) : null
        );
    }

    private function tickets(View $view, string $list): string
    {
        $offset = ($view->asked->page - 1) * FiguredLists::A_PAGE;
        [$all, $shown] = $this->rows($view->asked, $list, $offset, FiguredLists::A_PAGE);
        return ReportHtml::listed($view, (new TicketsList($view))->html($list, $all, $shown));
    }

    /** @return array{int, list<array<string, ?string>>} */
    private function rows(Asked $asked, string $list, int $offset, int $limit): array
    {
        $question = new Question(filters: $asked->keys(), departments: $this->departments);
        return (new TicketRows($this->db))->listed($list, $question, $offset, $limit);
    }

    private function download(Asked $asked, View $view): never
    {
        $isListed = $asked->as === 'csv' && TicketRows::has($asked->list);
        $file = Download::of($view, $isListed ? $this->rows($asked, (string) $asked->list, 0, self::MOST_ROWS)[1] : []);
        header("Content-Type: $file->type; charset=UTF-8");
        header("Content-Disposition: attachment; filename=\"$file->name\"");
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo $file->body;
        exit;
    }

    private function show(string $content): never
    {
        $this->page->show($content, Assets::css() . Assets::report(), Assets::printing());
    }
}
