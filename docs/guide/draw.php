<?php

// SPDX-License-Identifier: GPL-2.0-or-later

// Draws what the guide shows, with the plugin's own classes: a JSON list of requests in, a JSON list of HTML out. The tickets are
// those that the plugin's tests draw, told by another clock: a desk in Novosibirsk that works from 9 to 18.

declare(strict_types=1);

require dirname(__DIR__, 2) . '/plugin/sla-bridge/autoload.php';
require dirname(__DIR__, 2) . '/tests/plugin/PanelCases.php';
require dirname(__DIR__, 2) . '/tests/plugin/ReportCases.php';

use SlaBridge\Queues\Badge;
use SlaBridge\Queues\LevelTitles;
use SlaBridge\Panel\Panel;
use SlaBridge\Panel\Portal;
use SlaBridge\Panel\View;
use SlaBridge\Queues\ShortInstant;
use SlaBridge\Queues\StaleNote;
use SlaBridge\Panel\Html;
use SlaBridge\ReportPage\BacklogChart;
use SlaBridge\ReportPage\BreachTable;
use SlaBridge\ReportPage\ComplianceTable;
use SlaBridge\ReportPage\HeatMap;
use SlaBridge\ReportPage\MonthsChart;
use SlaBridge\ReportPage\Tiles;

const ZONE = 'Asia/Novosibirsk';
/** Names in the tests' tickets that stand there in one language. */
const NAMES = ['СПК «Колос»' => 'Kolos Farm', 'ООО «Рассвет»' => 'Rassvet Ltd', 'Соколова Анна' => 'Anna Sokolova',
    'Орлов Дмитрий' => 'Dmitry Orlov', 'Ким Елена' => 'Elena Kim', 'Громов С. В.' => 'S. Gromov',
    'Переход на 4.2 запланирован на январь' => 'Move to 4.2 planned for January'];
const NOON = '2026-11-05 12:45';

function at(string $local): int
{
    return (new DateTimeImmutable($local, new DateTimeZone(ZONE)))->getTimestamp();
}

/** Views that the tests have no name for. @return array<string, array{string, array<string, mixed>}> another one, and what differs */
function variants(): array
{
    $evening = ['now' => at('2026-11-05 19:10'), 'lastPass' => at('2026-11-05 19:09')];
    $late = ['risk_at' => PanelCases::wire('2026-11-05 12:10')];
    $two = PanelCases::view('open, two clocks', 'ru')->detail;
    $person = ['plan' => 'Default SLA', 'due_at' => at('2026-11-06 18:00'), 'ours' => false, 'manual' => true];
    return [
        'outside' => ['outside', $evening],
        'at risk, outside' => ['running', $evening + [
            'detail' => PanelCases::detail([PanelCases::clock('at_risk', '2026-11-05 06:35', '2026-11-06 05:35', $late)])]],
        'provisional' => ['open, two clocks', ['detail' => ['clocks' => [$two['clocks'][0]]] + $two]],
        'open, overdue' => ['open, overdue', ['replies' => PanelCases::replies()]],
        'native by a person' => ['running', ['native' => $person]],
        'native ours' => ['running', ['native' => ['plan' => null, 'due_at' => at('2026-11-05 16:35'), 'ours' => true]]],
    ];
}

function view(string $name, string $language, int $number): View
{
    [$case, $changes] = variants()[$name] ?? [$name, []];
    $view = get_object_vars(PanelCases::view($case, $language, $changes));
    foreach (['detail', 'published', 'cycles'] as $stored) {
        $json = json_encode($view[$stored], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        $names = ['support-msk' => 'support', 'agrosoft.yaml' => 'support.yaml'] + ($language === 'en' ? NAMES : []);
        $view[$stored] = json_decode(strtr($json, $names), true);
    }
    if ($view['published'] !== null) {
        $view['published']['calendars']['support']['zone'] = ZONE;
    }
    $view['replies'] = array_filter($view['replies'], static fn (array $one): bool => $one['language'] === $language);
    $view['ticket'] = ['id' => $number, 'number' => (string) (834000 + $number)] + $view['ticket'];
    return new View(...['zone' => ZONE] + $view);
}

/** @param list<string> $words state, and what is known of: `due` or `since` with day and time, level */
function cell(array $words, string $language): string
{
    [$state, $kind, $day, $time, $level] = $words + ['pending', null, null, null, null];
    $stored = $kind === null || $kind === '-' ? null : gmdate('Y-m-d H:i:s', at("$day $time"));
    $row = ['state' => $state === 'pending' ? null : $state, 'level' => $level, $kind ?? 'due' => $stored];
    $levels = LevelTitles::of(PanelCases::published()['titles']['levels'], [], $language);
    return (new Badge($language, new ShortInstant($language, new DateTimeZone(ZONE), at(NOON)), $levels))->html($row);
}

function note(string $language): string
{
    $text = (new ReflectionClassConstant(StaleNote::class, 'TEXT'))->getValue()[$language];
    $when = (new ShortInstant($language, new DateTimeZone(ZONE), at(NOON)))->withTime(at('2026-11-05 10:30'));
    return htmlspecialchars(sprintf($text, $when), ENT_QUOTES, 'UTF-8');
}

/** A part of the report. */
function report(string $part, string $language): string
{
    // Less the cause that only a later bridge would tell.
    $told = array_filter(ReportCases::figures($language)['missed'], static fn (array $one): bool => $one['breach_cause'] !== 'brand_new');
    $view = ReportCases::view($language, ['missed' => array_values($told)]);
    return Html::tag('div', ['class' => 'sla-report', 'lang' => $language], match ($part) {
        'tiles' => (new Tiles($view))->html(),
        'agents' => (new ComplianceTable($view))->html('agent'),
        'charts' => Html::tag('div', ['class' => 'sla-r-two'], (new MonthsChart($view))->html(), (new BacklogChart($view))->html()),
        'hours' => (new HeatMap($view))->html(),
        'breaches' => (new BreachTable($view))->latest(),
    });
}

/** @var list<array{kind: string, name: string, language: string}> $requests */
$requests = json_decode((string) file_get_contents('php://stdin'), true, 16, JSON_THROW_ON_ERROR);
$drawn = [];
foreach ($requests as $index => ['kind' => $kind, 'name' => $name, 'language' => $language]) {
    $drawn[] = match ($kind) {
        'panel' => Panel::html(view($name, $language, $index + 101)),
        'portal' => Portal::html(view($name, $language, $index + 101)),
        'badge' => cell(explode(' ', $name), $language),
        'note' => note($language),
        'report' => report($name, $language),
    };
}
echo json_encode($drawn, JSON_THROW_ON_ERROR);
