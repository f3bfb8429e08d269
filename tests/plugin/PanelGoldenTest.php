<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\EarlierCycles;
use SlaBridge\Panel\Line;
use SlaBridge\Panel\Portal;
use SlaBridge\Panel\Situation;

/** A few parts, tag by tag. `SLA_BRIDGE_WRITE_GOLDENS=1 phpunit -c tests/plugin` writes them anew, for a diff to be read. */
final class PanelGoldenTest extends TestCase
{
    /** @dataProvider parts */
    public function testAPartIsDrawnTagByTagAsItWas(string $file, string $html): void
    {
        $path = __DIR__ . "/golden/$file.html";
        // A line for each tag, so that a difference can be read.
        $drawn = str_replace('><', ">\n<", $html) . "\n";
        if (getenv('SLA_BRIDGE_WRITE_GOLDENS')) {
            file_put_contents($path, $drawn);
        }
        self::assertStringEqualsFile($path, $drawn);
    }

    /** @return iterable<string, array{string, string}> */
    public static function parts(): iterable
    {
        $situation = static fn (string $name, string $language): Situation => new Situation(PanelCases::view($name, $language));
        $parts = [
            'line-paused-ru' => (new Line($situation('paused', 'ru'), 'sla-888-'))->html(false),
            'line-two-clocks-en' => (new Line($situation('open, two clocks', 'en'), 'sla-888-'))->html(false),
            'line-merged-en' => (new Line($situation('merged', 'en'), 'sla-888-'))->html(false),
            'earlier-ru' => (new EarlierCycles($situation('open, overdue', 'ru')))->html(),
            'portal-outside-en' => Portal::html(PanelCases::view('outside', 'en')),
        ];
        foreach ($parts as $file => $html) {
            yield $file => [$file, $html];
        }
    }
}
