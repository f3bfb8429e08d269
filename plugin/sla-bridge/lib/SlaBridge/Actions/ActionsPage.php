<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;
use SlaBridge\Viewer;

/**
 * A page of agents' own panel: what the bridge would do and could not, with the two things that a person may make of it. For
 * administrators and for roles with its permission, who see what stands in departments of theirs.
 */
final class ActionsPage
{
    public const PERMISSION = 'sla.act';
    private const PATH = 'ajax.php/sla-bridge/actions';
    private const AT_MOST = 100;

    /** Puts the permission among those of roles, and the page among the applications. Whatever fails, agents' pages go on. */
    public static function register(): void
    {
        try {
            require_once INCLUDE_DIR . 'class.app.php';
            require_once INCLUDE_DIR . 'class.role.php';
            $words = Words::in(Viewer::language());
            \RolePermission::register('SLA Bridge', [self::PERMISSION => [
                'title' => $words->say('actions.permission.title'), 'desc' => $words->say('actions.permission.text'),
            ]]);
            // Called on an object: the method is none of the class's own.
            $page = ROOT_PATH . 'scp/' . self::PATH;
            (new \Application())->registerStaffApp($words->say('actions.menu'), $page, ['iconclass' => 'dashboard']);
        } catch (\Throwable $error) {
            error_log('sla-bridge: page of actions: ' . $error->getMessage());
        }
    }

    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/sla-bridge/actions$', static function (): void {
            self::answer(Words::in(Viewer::language()));
        }));
    }

    private static function answer(Words $words): void
    {
        global $thisstaff;
        if (!$thisstaff instanceof \StaffSession || !$thisstaff->isValid() || !self::mayLook($thisstaff)) {
            \Http::response(403, Html::escape($words->say('actions.forbidden')));
        }
        $actions = new KeptActions(Db::ofOsTicket());
        $departments = $thisstaff->isAdmin() ? null : array_map('intval', $thisstaff->getDepts());
        // Of a POST osTicket has asked for the form's token before it came here.
        $told = ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST' ? self::decide($words, $actions, $departments) : '';
        $rows = $actions->awaiting($departments, self::AT_MOST + 1);
        self::show($words, $told . ActionsTable::html(
            $words,
            new Instants($words, Viewer::zone()->getName(), time()),
            array_slice($rows, 0, self::AT_MOST),
            $actions->on(),
            $actions->today(),
            count($rows) > self::AT_MOST,
            self::token(),
            ROOT_PATH . 'scp/tickets.php?id='
        ));
    }

    private static function mayLook(\Staff $agent): bool
    {
        return $agent->isAdmin() || $agent->hasPerm(self::PERMISSION, false);
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
        $outcome = $actions->settle((int) $ticket, $key, $do === 'send', $departments);
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

    private static function show(Words $words, string $content): void
    {
        // What osTicket's head and foot look at.
        global $ost, $cfg, $thisstaff, $nav;
        $nav ??= new \StaffNav($thisstaff);
        $nav->setTabActive('apps');
        $ost->setPageTitle($words->say('actions.title'));
        // Its own addresses are relative to a page that lies two folders higher.
        $ost->addExtraHeader('<base href="' . ROOT_PATH . 'scp/">');
        header('Cache-Control: no-store');
        include STAFFINC_DIR . 'header.inc.php';
        echo '<style>' . Assets::css() . '</style>', $content;
        include STAFFINC_DIR . 'footer.inc.php';
        exit;
    }
}
