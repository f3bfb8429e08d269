<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\BlueprintFile;
use SlaBridge\Setup\SetupOptions;

final class BlueprintFileTest extends TestCase
{
    private string $path;

    protected function setUp(): void
    {
        $this->path = (string) tempnam(sys_get_temp_dir(), 'blueprint');
    }

    protected function tearDown(): void
    {
        is_file($this->path) && unlink($this->path);
    }

    public function testTheShippedFileHasEveryOwnerAndEveryText(): void
    {
        $file = BlueprintFile::shipped();
        self::assertContains('sla_level', $file->names('bridge'));
        self::assertContains('sla_set_level', $file->names('agent'));
        self::assertContains('product', $file->names('customer'));
        self::assertSame(['en' => 'Development', 'ru' => 'Отдел разработки'], $file->texts['development_department']);
        foreach ($file->fields as $name => $field) {
            self::assertSame($field['owner'] !== 'customer', str_starts_with($name, 'sla_'), $name);
            self::assertSame($field['owner'] === 'agent', str_starts_with($name, 'sla_set_'), $name);
        }
    }

    public function testColumnsAndColoursAreThoseOfFieldsAndChoices(): void
    {
        $blueprint = new Blueprint(new SetupOptions('plan', 'ru'));
        self::assertSame(['sla_level' => 95, 'sla_state' => 95, 'sla_due' => 110, 'sla_support' => 95], $blueprint->columns());
        self::assertSame([], array_diff_key(Blueprint::COLOURS, (array) $blueprint->choices('sla_state')));
        self::assertSame(['overdue' => 'Просрочено'], $blueprint->stateColours()[0]['crit'][2]);
    }

    public function testAMissingFileIsAClearError(): void
    {
        unlink($this->path);
        $this->assertUnusable('missing');
    }

    public function testABrokenFileIsAClearError(): void
    {
        $sound = ['name' => 'sla_x', 'type' => 'text', 'owner' => 'bridge', 'title' => ['en' => 'X', 'ru' => 'Х']];
        $broken = ['', '{"fields": [', '[]', '{"fields": {}}', '{"fields": 7}', '{"fields": [7]}'];
        foreach (
            [
                ['name' => 'sla_x` TEXT; --'], ['name' => "sla_x\n"], ['type' => 'thread'], ['type' => 'choices'], ['owner' => 'nobody'],
                ['title' => ['en' => 'X']], ['choices' => ['a' => ['en' => 'A', 'ru' => 'А']]], ['levels' => 'some'],
                ['type' => 'choices', 'choices' => ['a' => 'A']],
            ] as $change
        ) {
            $broken[] = (string) json_encode(['fields' => [array_merge($sound, $change)]]);
        }
        // All of the fields are right, but the texts are not there.
        $broken[] = (string) json_encode(['fields' => [$sound]]);
        foreach ($broken as $content) {
            file_put_contents($this->path, $content);
            $this->assertUnusable($content);
        }
    }

    private function assertUnusable(string $case): void
    {
        try {
            BlueprintFile::read($this->path);
            self::fail($case);
        } catch (ApiError $error) {
            self::assertSame([500, 'internal'], [$error->status, $error->reason], $case);
            self::assertStringContainsString('blueprint.json', $error->getMessage(), $case);
            self::assertStringContainsString('sla-bridge plugin install', $error->hint, $case);
        }
    }
}
