<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

/**
 * Most of the plugin runs only inside osTicket, and a deprecated function complains only when it runs. So every call in the
 * plugin's source is looked up in the PHP that runs this test: `make php-versions` does it with each PHP that is promised.
 */
final class PromisedPhpTest extends TestCase
{
    /** What is neither PHP's own nor always installed: osTicket's, and those of an extension that the plugin asks for first. */
    private const ELSEWHERE = ['url', '__', 'apcu_enabled'];

    private const NO_CALL_BEHIND = [T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW];

    /** @dataProvider sources */
    public function testThePluginCallsOnlyFunctionsThatThisPhpHasAndKeeps(string $file): void
    {
        self::assertSame([], self::complaints((string) file_get_contents($file)));
    }

    /** @dataProvider sources */
    public function testEveryClassOfThePluginLoadsByItself(string $file): void
    {
        $below = explode('/lib/SlaBridge/', $file)[1] ?? basename($file);
        $class = 'SlaBridge\\' . str_replace('/', '\\', substr($below, 0, -4));
        // The files beside `lib/` extend classes of osTicket.
        $loads = class_exists($class) || enum_exists($class) || interface_exists($class) || trait_exists($class);
        self::assertSame(str_contains($file, '/lib/'), $loads);
    }

    /** @return iterable<string, array{string}> */
    public static function sources(): iterable
    {
        $root = dirname(__DIR__, 2) . '/plugin/sla-bridge';
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($root, FilesystemIterator::SKIP_DOTS)) as $file) {
            if ($file->getExtension() === 'php') {
                yield substr((string) $file, strlen($root) + 1) => [(string) $file];
            }
        }
    }

    /** @dataProvider snippets */
    public function testADeprecatedOrMissingFunctionIsFound(string $code, array $found): void
    {
        self::assertSame($found, self::complaints('<?php ' . $code));
    }

    /** @return array<string, array{string, list<string>}> */
    public static function snippets(): array
    {
        return [
            'deprecated' => ['$a = utf8_decode($b);', ['utf8_decode is deprecated']],
            'deprecated, by its full name' => ['return \utf8_encode ($b);', ['utf8_encode is deprecated']],
            'removed long ago' => ['each($a);', ['each is missing']],
            'once, however often it is called' => ['each($a); each($b);', ['each is missing']],
            'a method, a constructor and a declaration of that name' => [
                '$a->each(1); $a?->each(1); A::each(1); new each(1); function each() {}', [],
            ],
            'only named' => ['// each($a)' . "\n" . 'echo "each()", $each, each;', []],
        ];
    }

    /** @return list<string> what is wrong with the functions that the code calls */
    private static function complaints(string $code): array
    {
        $tokens = array_values(array_filter(PhpToken::tokenize($code), static fn (PhpToken $one): bool => !$one->isIgnorable()));
        $found = [];
        foreach ($tokens as $i => $token) {
            $called = $token->is([T_STRING, T_NAME_FULLY_QUALIFIED]) && ($tokens[$i + 1] ?? null)?->text === '(';
            if (!$called || ($tokens[$i - 1] ?? null)?->is(self::NO_CALL_BEHIND)) {
                continue;
            }
            $name = ltrim($token->text, '\\');
            if (!function_exists($name)) {
                $found[$name] = in_array($name, self::ELSEWHERE, true) ? null : "$name is missing";
            } elseif ((new ReflectionFunction($name))->isDeprecated()) {
                $found[$name] = "$name is deprecated";
            }
        }
        return array_values(array_filter($found));
    }
}
