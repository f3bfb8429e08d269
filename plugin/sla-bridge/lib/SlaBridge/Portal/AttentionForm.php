<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Words;

/** The customer's way to the head of support, under what he is shown of his ticket. Pure. */
final class AttentionForm
{
    public static function html(Words $words, bool $called, string $action, string $token): string
    {
        if ($called) {
            return Html::tag('p', ['class' => 'sla-call', 'lang' => $words->language], Html::escape($words->say('attention.called')));
        }
        return Html::tag(
            'details',
            ['class' => 'sla-call', 'lang' => $words->language],
            Html::text('summary', null, $words->say('attention.ask')),
            Html::tag(
                'form',
                ['method' => 'post', 'action' => $action],
                $token,
                Html::tag('label', ['class' => 'sla-ask-comment'], Html::escape($words->say('attention.reason')), Html::tag(
                    'textarea',
                    ['name' => 'reason', 'rows' => 3, 'maxlength' => PortalNote::LONGEST]
                )),
                Html::text('button', null, $words->say('attention.send'), type: 'submit')
            )
        );
    }
}
