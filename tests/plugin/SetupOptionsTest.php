<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Names;
use SlaBridge\Tickets\PlainText;
use SlaBridge\Setup\SetupOptions;

final class SetupOptionsTest extends TestCase
{
    public function testTheBlueprintHasEveryFieldOfTheContract(): void
    {
        foreach (['en', 'ru'] as $language) {
            $fields = (new Blueprint(new SetupOptions('plan', $language)))->fields();
            self::assertSame([...Names::outputs(), ...Names::inputs()], array_keys($fields));
            foreach ($fields as $name => $field) {
                self::assertSame(Names::isInput($name) ? Blueprint::INPUT_FLAGS : Blueprint::OUTPUT_FLAGS, $field['flags']);
                self::assertSame($field['type'] === 'choices', $field['choices'] !== null);
            }
        }
    }

    public function testNoChoiceIsTheTailOfAnother(): void
    {
        foreach ((new Blueprint(new SetupOptions('plan')))->fields() as $name => $field) {
            if ($name === 'sla_customer') {
                // "commercial" is the tail of "noncommercial": these words are decided, and setup builds no queue on them.
                continue;
            }
            foreach (array_keys((array) $field['choices']) as $one) {
                foreach (array_keys((array) $field['choices']) as $other) {
                    self::assertFalse($one !== $other && str_ends_with((string) $other, (string) $one), "$name: $one, $other");
                }
            }
        }
    }

    public function testLevelsBecomeChoices(): void
    {
        $body = json_decode('{"action": "apply", "language": "ru", "levels": [{"id": "gold", "label": "Gold: the\nbest", "choosable": true},
            {"id": "silver"}], "inputs": ["product"]}');
        $fields = (new Blueprint(SetupOptions::read($body)))->fields();
        self::assertSame(['gold' => 'Gold the best', 'silver' => 'silver'], $fields['sla_level']['choices']);
        self::assertSame(['automatic' => 'Автоматически', 'gold' => 'Gold the best'], $fields['sla_set_level']['choices']);
        self::assertSame("gold:Gold the best\nsilver:silver", $fields['sla_level']['configuration']['choices']);
        self::assertArrayHasKey('product', $fields);
        self::assertArrayNotHasKey('product_version', $fields);
    }

    public function testMistakesAreRefused(): void
    {
        $bad = ['{}' => 400, '{"action": "destroy"}' => 400, '{"action": "plan", "language": "de"}' => 400,
            '{"action": "plan", "inputs": ["subject"]}' => 422, '{"action": "plan", "inputs": [1]}' => 422,
            '{"action": "plan", "levels": [{"id": "a b"}]}' => 422, '{"action": "plan", "levels": {}}' => 422,
            '{"action": "plan", "levels": [{"id": "ok"}, {"id": "not_ok"}]}' => 422, '{"action": "plan", "waiting_status": 1}' => 422,
            '{"action": "remove", "tables": 1}' => 422, '{"action": "remove", "keep_values": "yes"}' => 422,
            '{"action": "remove", "keep_values": true, "tables": true}' => 422];
        foreach ($bad as $json => $status) {
            try {
                SetupOptions::read(json_decode($json));
                self::fail($json);
            } catch (ApiError $error) {
                self::assertSame($status, $error->status, $json);
            }
        }
    }

    public function testPlansChangeNothingAndRemovalsTakeAway(): void
    {
        $told = [];
        foreach (['plan', 'apply', 'plan_remove', 'remove'] as $action) {
            $options = SetupOptions::read((object) ['action' => $action, 'keep_values' => true]);
            $told[$action] = [$options->onlyPlans(), $options->removes(), $options->keepValues, $options->tables];
        }
        self::assertSame([
            'plan' => [true, false, true, false], 'apply' => [false, false, true, false],
            'plan_remove' => [true, true, true, false], 'remove' => [false, true, true, false],
        ], $told);
    }

    public function testMessagesBecomePlainText(): void
    {
        self::assertSame(
            "a\nb & «c»",
            PlainText::of('<p>a</p><style>x{}</style><script>alert(1)</script><b>b &amp; &laquo;c&raquo;</b>', 'html')
        );
        self::assertSame('a <b> c', PlainText::of("a <b> c\r\n", 'text'));
        self::assertSame(str_repeat('я', 5), PlainText::of(str_repeat('я', 9), 'text', 5));
    }
}
