<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Articles;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Words;

/** Articles as agents read them in the panel. Pure. */
final class ArticleList
{
    /**
     * @param list<array{id: int, question: string, keywords: string, internal: bool}> $articles
     * @param string $url where an agent reads an article, less its id
     * @return string '' where there are none
     */
    public static function html(Words $words, array $articles, string $url): string
    {
        if (!$articles) {
            return '';
        }
        $items = array_map(static fn (array $article): string => Html::tag(
            'li',
            [],
            // osTicket would put what it fetches into this page.
            Html::tag(
                'a',
                ['class' => 'sla-link no-pjax', 'href' => $url . $article['id'], 'target' => '_blank', 'rel' => 'noopener'],
                Html::escape($article['question']),
                Html::unseen(' (' . $words->say('articles.opens') . ')')
            ),
            $article['internal'] ? ' ' . Html::text('span', 'sla-internal', $words->say('articles.internal')) : ''
        ), $articles);
        return Html::tag('div', ['class' => 'sla-head'], Html::text('h3', 'sla-title', $words->say('articles.title')))
            . Html::tag('ul', [], ...$items);
    }
}
