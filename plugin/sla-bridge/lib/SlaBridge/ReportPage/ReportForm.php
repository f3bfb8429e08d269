<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Json;

/** What to show: a form that only asks, so that every view has an address of its own and needs no script. */
final class ReportForm
{
    public function __construct(private readonly View $view)
    {
    }

    public function html(): string
    {
        $asked = $this->view->asked;
        $fields = $this->date('from') . $this->date('until');
        foreach (['level', 'department', 'customer', 'agent', 'metric'] as $filter) {
            $fields .= $this->choice($filter);
        }
        $list = $asked->list === null ? '' : Html::tag('input', ['type' => 'hidden', 'name' => 'list', 'value' => $asked->list]);
        $words = $this->view->words;
        return Html::tag(
            'div',
            ['class' => 'sla-r-ask', 'role' => 'search', 'aria-label' => $words->say('report.form.label')],
            $this->ready(),
            Html::tag(
                'form',
                ['method' => 'get', 'action' => $this->view->addresses['page'], 'class' => 'sla-r-form'],
                $list,
                $fields,
                Html::text('button', 'sla-r-button sla-r-main', $words->say('report.form.show'), type: 'submit'),
                $asked->filters ? Html::link($this->view->addresses['page'] . self::periodOf($asked), $words->say('report.form.reset')) : ''
            )
        );
    }

    private static function periodOf(Asked $asked): string
    {
        return $asked->query(array_map(static fn (): ?string => null, $asked->filters));
    }

    private function ready(): string
    {
        $words = $this->view->words;
        $period = [Json::text($this->view->figures, 'period', 'from'), Json::text($this->view->figures, 'period', 'until')];
        $today = Instants::local($this->view->now, Instants::zone($this->view->zone()))->format('Y-m-d');
        $items = '';
        foreach (Periods::ready($today) as $name => [$from, $until]) {
            $isShown = [$from, $until] === $period;
            $url = $this->view->url(['from' => $from, 'until' => $until, 'list' => $this->view->asked->list]);
            $items .= Html::tag('li', [], Html::text('a', null, $words->say("report.form.$name"), ...[
                'href' => $url, 'aria-current' => $isShown ? 'true' : null]));
        }
        return Html::tag(
            'div',
            ['class' => 'sla-r-row'],
            Html::tag('ul', ['class' => 'sla-r-ready', 'aria-label' => $words->say('report.form.presets')], $items),
            $this->downloads()
        );
    }

    private function downloads(): string
    {
        $words = $this->view->words;
        $list = $this->view->asked->list;
        return Html::tag(
            'div',
            ['class' => 'sla-r-downloads'],
            Html::link($this->view->url(['as' => 'csv', 'list' => $list]), 'CSV', 'sla-r-button no-pjax'),
            Html::link($this->view->url(['as' => 'json']), 'JSON', 'sla-r-button no-pjax'),
            // A script of the page shows it: without one nothing would print.
            Html::text('button', 'sla-r-button sla-r-print', $words->say('report.form.print'), type: 'button', hidden: true)
        );
    }

    private function date(string $name): string
    {
        $input = Html::tag('input', ['type' => 'date', 'name' => $name, 'id' => "sla-r-ask-$name",
            'value' => Json::text($this->view->figures, 'period', $name)]);
        return $this->field($name, $input);
    }

    private function choice(string $name): string
    {
        $shown = $this->view->asked->filters[$name] ?? null;
        $options = Html::text('option', null, $this->view->words->say('report.form.all'), value: '');
        foreach ($this->view->choices[$name] ?? [] as $key => $title) {
            $value = (string) $key === '' ? Asked::EMPTY_KEY : (string) $key;
            $options .= Html::text('option', null, $title, value: $value, selected: $value === $shown);
        }
        return $this->field($name, Html::tag('select', ['name' => $name, 'id' => "sla-r-ask-$name"], $options));
    }

    private function field(string $name, string $input): string
    {
        $label = Html::text('label', null, $this->view->words->say("report.form.$name"), for: "sla-r-ask-$name");
        return Html::tag('div', ['class' => "sla-r-field sla-r-of-$name"], $label, $input);
    }
}
