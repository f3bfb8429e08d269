<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\ApiError;
use SlaBridge\Db;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;
use SlaBridge\StaffPage;
use SlaBridge\Viewer;

/**
 * A page of agents' own panel: what the bridge would do and could not, with the two things that a person may make of it. For
 * administrators and for roles with its permission, who see what stands in departments of theirs. What belongs to no ticket is
 * for those who see all departments.
 */
final class ActionsPage
{
    public const PERMISSION = 'sla.act';
    private const PATH = 'sla-bridge/actions';
    private const AT_MOST = 100;

    public static function page(): StaffPage
    {
        return new StaffPage(self::PERMISSION, self::PATH, 'actions');
    }

    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/' . self::PATH . '$', static function (): void {
            self::answer(Words::in(Viewer::language()));
        }));
    }

    private static function answer(Words $words): void
    {
        $page = self::page();
        $departments = StaffPage::departments($page->visitor());
        $actions = new KeptActions(Db::ofOsTicket());
        // Of a POST osTicket has asked for the form's token before it came here.
        $told = ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST' ? self::decide($words, $actions, $departments) : '';
        $rows = $actions->awaiting($departments, self::AT_MOST + 1);
        $page->show($told . ActionsTable::html(
            $words,
            new Instants($words, Viewer::zone()->getName(), time()),
            array_slice($rows, 0, self::AT_MOST),
            $actions->on(),
            $actions->today(),
            count($rows) > self::AT_MOST,
            self::token(),
            ROOT_PATH . 'scp/tickets.php?id='
        ), Assets::css());
    }

    /** @param ?list<int> $departments */
    private static function decide(Words $words, KeptActions $actions, ?array $departments): string
    {
        [$ticket, $key, $do] = array_map(
            static fn (string $name): string => is_string($_POST[$name] ?? null) ? $_POST[$name] : '',
            ['ticket', 'key', 'do']
        );
        if (!in_array($do, ['send', 'drop'], true)) {
            return '';
        }
        try {
            $outcome = $actions->settle($ticket === '' ? null : (int) $ticket, $key, $do === 'send', $departments);
        } catch (ApiError) {
            // The bridge may have withdrawn it while the page stood there.
            $outcome = Outcome::refused('no_such_action');
        }
        [$id] = explode(':', $key);
        $reason = $words->has("actions.reason.$outcome->reason") ? $words->say("actions.reason.$outcome->reason") : $outcome->reason;
        $said = match ($outcome->state) {
            'done' => $words->say('actions.done', ['id' => $id]),
            'dropped' => $words->say('actions.dropped', ['id' => $id]),
            default => $words->say('actions.not_done', ['id' => $id, 'reason' => $reason]),
        };
        return Html::text('p', 'sla-actions-told', $said, role: 'status');
    }

    private static function token(): string
    {
        global $ost;
        return Html::tag('input', ['type' => 'hidden', 'name' => '__CSRFToken__', 'value' => (string) $ost->getCSRFToken()]);
    }
}
