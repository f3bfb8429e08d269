<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Articles;

/**
 * Which of a desk's articles fit a ticket: by the words that its subject and first message have in common with an article's question
 * and keywords. A rare word weighs more than one of many articles. Better none than one that has nothing to do with it. Pure.
 */
final class Matching
{
    private const SHOWN = 3;
    /** What a word of the subject weighs beside one of the message. */
    private const OF_THE_SUBJECT = 2.0;
    private const OF_A_VAGUE_WORD = 0.3;
    /** An article that fits so much worse than the best is not shown beside it. */
    private const BESIDE_THE_BEST = 0.4;

    /** @var array<string, bool> the ticket's words, and whether the subject has them */
    private array $words = [];
    /** @var array<string, string> beginning => the ticket's word */
    private array $beginnings = [];
    /** @var array<string, true> of the ticket's words the first three letters: most words of most articles need no second look */
    private array $firsts = [];
    /** @var array<string, ?string> an article's word => the ticket's, of which it is a form */
    private array $known = [];

    public function __construct(string $subject, string $message)
    {
        foreach ([[$subject, true], [$message, false]] as [$text, $isSubject]) {
            foreach (WordForms::of($text) as $word) {
                if (isset($this->words[$word])) {
                    continue;
                }
                $beginnings = WordForms::beginnings($word);
                $same = $this->sameAs($beginnings) ?? $word;
                $this->words[$same] ??= $isSubject;
                foreach ($beginnings as $beginning) {
                    $this->beginnings[$beginning] ??= $same;
                }
                $this->firsts[mb_substr($word, 0, 3, 'UTF-8')] = true;
            }
        }
    }

    /**
     * @param list<array{id: int, question: string, keywords: string, internal: bool}> $articles
     * @return list<array{id: int, question: string, keywords: string, internal: bool}> those that fit, the best first; three at most
     */
    public function best(array $articles): array
    {
        $found = [];
        $times = [];
        foreach ($articles as $index => $article) {
            $match = $this->match($article);
            if ($match['words']) {
                $found[$index] = $match;
                foreach ($match['words'] as $word => $one) {
                    $times[$word] = ($times[$word] ?? 0) + 1;
                }
            }
        }
        $scores = [];
        foreach ($found as $index => $match) {
            if ($this->fits($match, $times, count($articles))) {
                $scores[$index] = $this->score($match, $times, count($articles));
            }
        }
        arsort($scores);
        $least = $scores ? self::BESIDE_THE_BEST * reset($scores) : 0.0;
        $shown = array_slice(array_keys(array_filter($scores, static fn (float $score): bool => $score >= $least)), 0, self::SHOWN);
        return array_map(static fn (int $index): array => $articles[$index], $shown);
    }

    /**
     * @param array{question: string, keywords: string} $article
     * @return array{words: array<string, bool>, share: float, keywords: int} the ticket's words that it has (true: none of the vague ones),
     *     which share of its question they are, and how many of them stand among its keywords
     */
    private function match(array $article): array
    {
        $words = [];
        $weight = $of = 0.0;
        foreach (WordForms::of($article['question']) as $word) {
            $isVague = WordForms::isVague($word);
            $one = $isVague ? self::OF_A_VAGUE_WORD : 1.0;
            $of += $one;
            $same = $this->known[$word] ??= $this->find($word);
            if ($same !== null) {
                $words[$same] = !$isVague;
                $weight += $one;
            }
        }
        $keywords = 0;
        foreach (WordForms::of($article['keywords']) as $word) {
            $same = $this->known[$word] ??= $this->find($word);
            if ($same !== null && !isset($words[$same])) {
                $words[$same] = !WordForms::isVague($word);
                $keywords += (int) $words[$same];
            }
        }
        return ['words' => $words, 'share' => $of > 0 ? $weight / $of : 0.0, 'keywords' => $keywords];
    }

    private function find(string $word): ?string
    {
        return isset($this->firsts[mb_substr($word, 0, 3, 'UTF-8')]) ? $this->sameAs(WordForms::beginnings($word)) : null;
    }

    /** @param list<string> $beginnings */
    private function sameAs(array $beginnings): ?string
    {
        foreach ($beginnings as $beginning) {
            if (isset($this->beginnings[$beginning])) {
                return $this->beginnings[$beginning];
            }
        }
        return null;
    }

    /**
     * One word does only where the subject has it, few articles do, and it is what the article is about. The more of several are
     * the subject's, the more else the question may say.
     *
     * @param array{words: array<string, bool>, share: float, keywords: int} $match
     * @param array<string, int> $times
     */
    private function fits(array $match, array $times, int $of): bool
    {
        $telling = array_keys(array_filter($match['words']));
        $subjects = array_filter($telling, fn (string|int $word): bool => $this->words[$word]);
        if (count($telling) < 2) {
            return $subjects && $times[reset($subjects)] <= max(self::SHOWN, $of / 10)
                && ($match['share'] >= 0.5 || $match['keywords'] > 0);
        }
        $enough = [0.66, 0.4, 0.2][min(2, count($subjects))];
        return $match['share'] >= $enough || ($subjects && $match['keywords'] > 1);
    }

    /**
     * @param array{words: array<string, bool>, share: float, keywords: int} $match
     * @param array<string, int> $times
     */
    private function score(array $match, array $times, int $of): float
    {
        $score = 0.0;
        foreach ($match['words'] as $word => $isTelling) {
            $score += log(1 + $of / $times[$word]) * ($isTelling ? 1.0 : self::OF_A_VAGUE_WORD)
                * ($this->words[$word] ? self::OF_THE_SUBJECT : 1.0);
        }
        return $score * (0.4 + 0.6 * $match['share']);
    }
}
