<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Words;

/** A page of ours among those of agents: for administrators and for roles with its permission, and nobody else finds it. */
final class StaffPage
{
    private const GROUP = 'SLA Bridge';

    /** @param string $section of the words: `menu`, `permission`, `forbidden` and `title` stand there */
    public function __construct(public readonly string $permission, public readonly string $path, private readonly string $section)
    {
    }

    /** Puts the permission among those of roles, and the page among the applications. Whatever fails, agents' pages go on. */
    public function register(): void
    {
        try {
            require_once INCLUDE_DIR . 'class.app.php';
            require_once INCLUDE_DIR . 'class.role.php';
            $words = Words::in(Viewer::language());
            \RolePermission::register(self::GROUP, [$this->permission => [
                'title' => $words->say("$this->section.permission.title"), 'desc' => $words->say("$this->section.permission.text"),
            ]]);
            if (self::agent() !== null && $this->isFor(self::agent())) {
                // Called on an object: the method is none of the class's own.
                (new \Application())->registerStaffApp($words->say("$this->section.menu"), $this->url(), ['iconclass' => 'dashboard']);
            }
        } catch (\Throwable $error) {
            error_log("sla-bridge: page $this->path: " . $error->getMessage());
        }
    }

    public function url(): string
    {
        return ROOT_PATH . 'scp/ajax.php/' . $this->path;
    }

    public function isFor(\Staff $agent): bool
    {
        return $agent->isAdmin() || $agent->hasPerm($this->permission, false);
    }

    /** The one who asks, if he may look at it; else nothing but why not is answered. */
    public function visitor(): \Staff
    {
        global $thisstaff;
        if (!$thisstaff instanceof \StaffSession || !$thisstaff->isValid() || !$this->isFor($thisstaff)) {
            \Http::response(403, Html::escape(Words::in(Viewer::language())->say("$this->section.forbidden")));
            exit;
        }
        return $thisstaff;
    }

    /** @return ?list<int> whose tickets an agent sees; null: of all */
    public static function departments(\Staff $agent): ?array
    {
        $seen = array_map('intval', array_values($agent->getDepts()));
        return $agent->isAdmin() || !array_diff(Db::ofOsTicket()->ids('SELECT id FROM ' . DEPT_TABLE), $seen) ? null : $seen;
    }

    /** Answers with the page. @param string $content HTML; `$styles` are rules, `$script` what makes it easier and may be missing */
    public function show(string $content, string $styles, string $script = ''): never
    {
        // What osTicket's head and foot look at.
        global $ost, $cfg, $thisstaff, $nav;
        $nav ??= new \StaffNav($thisstaff);
        $nav->setTabActive('apps');
        $ost->setPageTitle(Words::in(Viewer::language())->say("$this->section.title"));
        // Its own addresses are relative to a page that lies two folders higher.
        $ost->addExtraHeader('<base href="' . ROOT_PATH . 'scp/">');
        header('Cache-Control: no-store');
        include STAFFINC_DIR . 'header.inc.php';
        echo '<style>' . $styles . '</style>', $content, $script === '' ? '' : '<script>' . $script . '</script>';
        include STAFFINC_DIR . 'footer.inc.php';
        exit;
    }

    /** Whom the session names, for menus alone: osTicket checks him later, and every page asks again. */
    private static function agent(): ?\Staff
    {
        static $found = false;
        if ($found === false) {
            $id = $_SESSION['_auth']['staff']['id'] ?? null;
            $found = is_numeric($id) ? \Staff::lookup((int) $id) : null;
        }
        return $found;
    }
}
