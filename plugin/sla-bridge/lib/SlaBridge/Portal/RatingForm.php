<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Words;

/** The question how a customer was served, and what is said instead of it. Pure. */
final class RatingForm
{
    public static function asked(Words $words, string $number, string $token, bool $missing = false): string
    {
        $scores = '';
        foreach (range(Ratings::BEST, Ratings::WORST) as $score) {
            $input = Html::tag('input', ['type' => 'radio', 'name' => 'score', 'value' => $score, 'required' => true]);
            $scores .= Html::tag('label', [], $input, ' ', Html::escape($words->say("rating.score.$score")));
        }
        return self::block(
            $words,
            Html::text('h1', null, $words->say('rating.question', ['number' => $number])),
            $missing ? Html::text('p', 'sla-ask-missing', $words->say('rating.missing'), role: 'alert') : '',
            Html::tag(
                'form',
                // Back to this very page.
                ['method' => 'post'],
                $token,
                Html::tag('fieldset', [], Html::text('legend', null, $words->say('rating.legend')), $scores),
                Html::tag('label', ['class' => 'sla-ask-comment'], Html::escape($words->say('rating.comment')), Html::tag(
                    'textarea',
                    ['name' => 'comment', 'rows' => 4, 'maxlength' => Ratings::LONGEST_COMMENT]
                )),
                Html::text('button', null, $words->say('rating.send'), type: 'submit')
            )
        );
    }

    /** @param string $what `thanks`, `over` or `unknown` */
    public static function told(Words $words, string $what): string
    {
        return self::block(
            $words,
            Html::text('h1', null, $words->say("rating.$what.title")),
            Html::text('p', null, $words->say("rating.$what.text"))
        );
    }

    private static function block(Words $words, string ...$content): string
    {
        return Html::tag('div', ['class' => 'sla-ask', 'lang' => $words->language], ...$content);
    }
}
