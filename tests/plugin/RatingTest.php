<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Words;
use SlaBridge\Portal\AttentionForm;
use SlaBridge\Portal\RatingForm;
use SlaBridge\Portal\RatingLink;

/** A customer's rating and his call for the head of support: what the link opens, and what the pages say. */
final class RatingTest extends TestCase
{
    public function testALinkAsksAboutOneTicketAndOneCycle(): void
    {
        $link = RatingLink::read(RatingLink::token(7, 2, 1000, 'secret'), 'secret');
        self::assertSame([7, 2, 1000], [$link?->ticket, $link?->cycle, $link?->expires]);
    }

    public function testALinkEndsByItself(): void
    {
        $link = RatingLink::read(RatingLink::token(7, 1, 1000, 'secret'), 'secret');
        self::assertSame([false, true], [$link?->isOver(999), $link?->isOver(1000)]);
    }

    public function testNobodyMakesALinkToAnotherTicketCycleOrDay(): void
    {
        $own = RatingLink::token(7, 1, 1000, 'secret');
        $mac = substr($own, strrpos($own, '-') + 1);
        $forgeries = ["8-1-1000-$mac", "7-2-1000-$mac", "7-1-9000-$mac", "$own\n", strtoupper($own), '', '7-1-1000-', '7'];
        foreach ($forgeries as $forged) {
            self::assertNull(RatingLink::read($forged, 'secret'), $forged);
        }
        self::assertNull(RatingLink::read($own, 'another secret'));
    }

    public function testTheQuestionHasFiveAnswersAndTheFormsToken(): void
    {
        foreach (['ru', 'en'] as $language) {
            $page = RatingForm::asked(Words::in($language), '<b>77', '<input name="token">');
            self::assertSame(5, substr_count($page, 'type="radio"'));
            self::assertStringContainsString('<input name="token">', $page);
            self::assertStringContainsString('&lt;b&gt;77', $page);
            self::assertStringContainsString('method="post"', $page);
        }
    }

    public function testEveryOtherPageOfARatingSaysWhatCanBeDone(): void
    {
        foreach (['ru', 'en'] as $language) {
            foreach (['thanks', 'over', 'unknown'] as $what) {
                $words = Words::in($language);
                self::assertStringContainsString($words->say("rating.$what.text"), RatingForm::told($words, $what));
                self::assertStringNotContainsString('<form', RatingForm::told($words, $what));
            }
        }
    }

    public function testWhoHasCalledTheHeadOfSupportIsToldSoAndAskedNoMore(): void
    {
        foreach (['ru', 'en'] as $language) {
            $words = Words::in($language);
            self::assertStringContainsString('<form', AttentionForm::html($words, false, '/x"y', ''));
            self::assertStringContainsString('action="/x&quot;y"', AttentionForm::html($words, false, '/x"y', ''));
            self::assertStringNotContainsString('<form', AttentionForm::html($words, true, '/x', ''));
        }
    }
}
