<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Replies;

use SlaBridge\Db;
use SlaBridge\Setup\Blueprint;

/**
 * The ready replies' part of `setup`. What somebody edited stays as he left it, what he deleted stays deleted, and a title that the
 * desk's own reply bears is the desk's: each of these is told.
 *
 * @phpstan-import-type Row from ReplyRows
 */
final class ReplySetup
{
    private const STEP = 'reply:';

    private readonly ReplyRows $rows;

    public function __construct(Db $db, private readonly Blueprint $blueprint)
    {
        $this->rows = new ReplyRows($db);
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $noted = $this->rows->noted();
        return array_map(
            fn (Reply $reply): array => [
                self::STEP . $reply->name(),
                $this->title($reply->title),
                ...$this->buildStep($reply, $noted[$reply->name()] ?? null),
            ],
            ReplyFile::shipped()
        );
    }

    /**
     * Those that an earlier version made under a key that is no more go as well.
     *
     * @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}>
     */
    public function removeSteps(): array
    {
        $shipped = ReplyFile::shipped();
        $titles = array_combine(array_map(static fn (Reply $one): string => $one->name(), $shipped), array_column($shipped, 'title'));
        $steps = [];
        foreach ($this->rows->noted() as $name => $row) {
            $goes = $this->rows->goes($row);
            $steps[] = [
                self::STEP . $name,
                $this->title($row['title'] ?: $titles[$name] ?? $name),
                'todo',
                $goes ? '' : $this->whyItStays($row),
                function () use ($name, $row, $goes): void {
                    $goes && $this->rows->delete($row['id']);
                    $this->rows->forget($name);
                },
            ];
        }
        return $steps;
    }

    /**
     * @param ?Row $row
     * @return array{0: string, 1: string, 2: ?callable} state, detail, what to do
     */
    private function buildStep(Reply $reply, ?array $row): array
    {
        // Somebody may also have put our text back.
        $isOurs = $row !== null && $row['stands'] === $reply->digest() && $row['written'] !== $row['stands'];
        $known = $row === null ? $this->rows->marked($reply) : ($isOurs ? $row['id'] : null);
        if ($known !== null) {
            $detail = $this->blueprint->say('One of an earlier setup is known again.', 'Ответ прежней установки снова на учёте.');
            return ['todo', $detail, fn () => $this->rows->takeOver($reply, $known)];
        }
        if ($row !== null && ($row['stands'] !== $row['written'] || $row['written'] === $reply->digest())) {
            return ['done', $row['stands'] === $row['written'] ? '' : $this->whyItStays($row), null];
        }
        if ($this->rows->isTaken($reply->title, $row['id'] ?? 0)) {
            return ['conflict', $this->blueprint->say(
                'The helpdesk has a canned response of that title, which is left alone. Rename it, and run setup again.',
                'В системе уже есть готовый ответ с таким названием, он не изменён. Переименуйте его и повторите.'
            ), null];
        }
        $about = $this->blueprint->say(
            'Made by sla-bridge setup. Once it is edited here, setup leaves it as it is.',
            'Создано установкой sla-bridge. Если изменить ответ здесь, установка оставит его как есть.'
        );
        return $row === null
            ? ['todo', '', fn () => $this->rows->add($reply, $about)]
            : ['todo', $this->blueprint->say('A newer text', 'Новый текст'), fn () => $this->rows->replace($reply, $row['id'], $about)];
    }

    /** @param Row $row */
    private function whyItStays(array $row): string
    {
        return match ($row['stands']) {
            null => $this->blueprint->say('Somebody deleted it: it stays deleted.', 'Удалён сотрудником: снова не создаётся.'),
            $row['written'] => $this->blueprint->say('A ticket filter sends it: it stays.', 'Его отправляет фильтр заявок: остаётся.'),
            default => $this->blueprint->say('Somebody edited it: it stays as it is.', 'Изменён сотрудником: остаётся как есть.'),
        };
    }

    private function title(string $title): string
    {
        return $this->blueprint->say("Ready reply \"$title\"", "Готовый ответ «{$title}»");
    }
}
