<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Articles;

/**
 * The words of a text, and which of them are forms of one: those that share a beginning behind which both end as words of their
 * language end. `накладные` and `накладной` do, `printing` and `printer`; `печать` and `печаль` do not. Good enough to compare texts.
 */
final class WordForms
{
    /** What says nothing about a text. */
    private const SILENT = [
        'без', 'более', 'был', 'была', 'были', 'было', 'быть', 'вам', 'вас', 'ваш', 'ваша', 'ваше', 'ваши', 'весь', 'вечер', 'вечера',
        'внимание', 'вообще', 'вот', 'все', 'всегда', 'всего', 'всех', 'вчера', 'где', 'для', 'дня', 'добрый', 'доброе', 'день', 'его',
        'если', 'есть', 'еще', 'заранее', 'зачем', 'здравствуйте', 'или', 'как', 'какая', 'какой', 'какие', 'когда', 'коллеги', 'который',
        'которая', 'которые', 'кто', 'либо', 'меня', 'мне', 'могу', 'можем', 'может', 'можете', 'можно', 'моя', 'мой', 'мое', 'мои',
        'надо', 'нам', 'нас', 'наш', 'наша', 'наше', 'наши', 'нее', 'нет', 'них', 'нужно', 'нужна', 'нужен', 'один', 'она', 'они', 'оно',
        'очень', 'письмо', 'пожалуйста', 'помочь', 'после', 'потом', 'почему', 'при', 'про', 'просим', 'прошу', 'сама', 'сами', 'свой',
        'сегодня', 'сейчас', 'снова', 'спасибо', 'так', 'такая', 'такой', 'также', 'там', 'твой', 'тебя', 'тем', 'теперь', 'тоже',
        'только', 'тот', 'тут', 'уважаемые', 'уважением', 'уже', 'утро', 'хотим', 'хотел', 'хотела', 'хочу', 'чего', 'чем', 'через', 'что',
        'чтобы', 'эта', 'эти', 'это', 'этого', 'этой', 'этом', 'этот', 'under', 'about', 'after', 'again', 'all', 'also', 'and', 'any',
        'are', 'been', 'before', 'being', 'best', 'but', 'can', 'cannot', 'could', 'dear', 'did', 'does', 'doing', 'done', 'each', 'for',
        'from', 'get', 'good', 'got', 'had', 'has', 'have', 'hello', 'her', 'here', 'him', 'his', 'how', 'into', 'its', 'just', 'kind',
        'like', 'morning', 'more', 'need', 'not', 'now', 'off', 'once', 'only', 'our', 'out', 'over', 'please', 'regards', 'she', 'should',
        'some', 'such', 'than', 'thank', 'thanks', 'that', 'the', 'their', 'them', 'then', 'there', 'these', 'they', 'this', 'those',
        'too', 'very', 'want', 'was', 'were', 'what', 'when', 'where', 'which', 'while', 'who', 'why', 'will', 'with', 'would', 'you',
        'your',
    ];
    /** What every second ticket says: it may add to other words, and is nothing alone. */
    private const VAGUE = [
        'ошибка', 'проблема', 'вопрос', 'помощь', 'помогите', 'работа', 'работает', 'работать', 'заявка', 'обращение', 'программа',
        'система', 'компьютер', 'пользователь', 'сбой', 'делать', 'сделать', 'новый', 'невозможно', 'получается', 'срочно', 'error',
        'problem', 'question', 'help', 'work', 'working', 'issue', 'ticket', 'request', 'program', 'system', 'computer', 'user',
        'failed', 'fails', 'make', 'new', 'use', 'urgent', 'version', 'версия',
    ];
    /** Behind a beginning of three letters too. */
    private const SHORT = [
        '', 'а', 'у', 'е', 'ы', 'и', 'о', 'й', 'ь', 'ю', 'я', 'ов', 'ев', 'ей', 'ам', 'ям', 'ах', 'ях', 'ами', 'ями', 'ой', 'ою',
        'ом', 'ем', 's', 'es', 'ed', 'e',
    ];
    /** Behind one of four. */
    private const LONG = [
        'ый', 'ий', 'ая', 'яя', 'ое', 'ее', 'ые', 'ие', 'ого', 'его', 'ому', 'ему', 'ым', 'им', 'ых', 'их', 'ыми', 'ими', 'ую', 'юю',
        'ия', 'ии', 'ию', 'ием', 'ией', 'иям', 'иях', 'иями', 'ья', 'ье', 'ью', 'ка', 'ки', 'ке', 'ку', 'кой', 'ок', 'ек', 'кам',
        'ках', 'ками', 'йка', 'йки', 'йке', 'йку', 'йкой', 'йкам', 'йках', 'ник', 'ный', 'ная', 'ное', 'ные', 'ной', 'ного', 'ному',
        'ным', 'ных', 'ными', 'ную', 'ский', 'ская', 'ское', 'ские', 'ской', 'ских', 'овый', 'овая', 'овое', 'овые', 'овой', 'овых',
        'ового', 'ость', 'ости', 'ность', 'ности', 'ание', 'ания', 'анию', 'ании', 'анием', 'аний', 'ение', 'ения', 'ению', 'ении',
        'ением', 'ений', 'ление', 'ления', 'лению', 'лении', 'лением', 'лений', 'ть', 'ать', 'ять', 'ить', 'еть', 'уть', 'ыть',
        'нуть', 'лять', 'ывать', 'ивать', 'овать', 'ировать', 'ает', 'яет', 'ует', 'ляет', 'ит', 'ет', 'ют', 'ут', 'ят', 'ат', 'ают',
        'яют', 'уют', 'ляют', 'ишь', 'ешь', 'ете', 'ите', 'йте', 'айте', 'л', 'ла', 'ло', 'ли', 'ал', 'ала', 'ало', 'али', 'ил',
        'ила', 'ило', 'или', 'ел', 'ела', 'ело', 'ели', 'ял', 'яла', 'яло', 'яли', 'лял', 'ляла', 'ляли', 'ен', 'ена', 'ено', 'ены',
        'ан', 'ана', 'ано', 'аны', 'лен', 'лена', 'лено', 'лены', 'анный', 'анная', 'анное', 'анные', 'анных', 'енный', 'енная',
        'енное', 'енные', 'енного', 'енных', 'ленный', 'ленная', 'ленные', 'ирование', 'ирования', 'ировании', 'ированию', 'ing',
        'ings', 'er', 'ers', 'or', 'ors', 'y', 'ies', 'ied', 'ly', 'al', 'ation', 'ations', 'ion', 'ions', 'ment', 'ments', 'able',
        'ting', 'ning', 'ping', 'ming', 'ted', 'ned', 'ped',
    ];
    private const LONGEST = 40;
    private const LONGEST_ENDING = 8;

    /** @var ?array<string, int> how many letters must stand before each ending */
    private static ?array $endings = null;
    /** @var ?array<string, true> beginnings of words that say little */
    private static ?array $vague = null;

    /** @return list<string> the words of three letters and more that say something, each once, in the order of the text */
    public static function of(string $text): array
    {
        $text = str_replace('ё', 'е', mb_strtolower(mb_scrub($text, 'UTF-8'), 'UTF-8'));
        preg_match_all('/\p{L}[\p{L}\p{N}]{2,' . (self::LONGEST - 1) . '}+/u', $text, $words);
        static $silent = null;
        $silent ??= array_fill_keys(self::SILENT, true);
        return array_map(strval(...), array_keys(array_diff_key(array_fill_keys($words[0], true), $silent)));
    }

    /** @return list<string> what the word may have in common with other forms of it, the longest first; each has three letters or more */
    public static function beginnings(string $word): array
    {
        if (self::$endings === null) {
            self::$endings = array_fill_keys(self::LONG, 4);
            foreach (self::SHORT as $ending) {
                self::$endings[$ending] = 3;
            }
        }
        $length = mb_strlen($word, 'UTF-8');
        // Of `печатается` the ending stands before the last two letters.
        if ($length > 6 && in_array(mb_substr($word, -2, null, 'UTF-8'), ['ся', 'сь'], true)) {
            $length -= 2;
        }
        $beginnings = [];
        for ($letters = $length; $letters >= max(3, $length - self::LONGEST_ENDING); $letters--) {
            $ending = mb_substr($word, $letters, $length - $letters, 'UTF-8');
            if ($letters >= (self::$endings[$ending] ?? PHP_INT_MAX)) {
                $beginnings[] = mb_substr($word, 0, $letters, 'UTF-8');
            }
        }
        return $beginnings;
    }

    /** Whether every second ticket says that. */
    public static function isVague(string $word): bool
    {
        if (self::$vague === null) {
            self::$vague = array_fill_keys(array_merge(...array_map(self::beginnings(...), self::VAGUE)), true);
        }
        foreach (self::beginnings($word) as $beginning) {
            if (isset(self::$vague[$beginning])) {
                return true;
            }
        }
        return false;
    }
}
