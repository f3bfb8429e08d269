<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Letters\DeliveryReport;

/** Reports of mail servers in the shapes that osTicket's parser gives them. */
final class DeliveryReportTest extends TestCase
{
    private const OURS = 'sla-0123456789abcdef0123456789abcdef@desk.example';
    private const FAILED = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
        . "Diagnostic-Code: smtp; 550 5.1.1 nobody\n\there";

    private static function part(string $type, string $body, array $headers = []): object
    {
        [$primary, $secondary] = explode('/', $type);
        $part = (object) ['headers' => $headers, 'ctype_primary' => $primary, 'ctype_secondary' => $secondary, 'body' => $body];
        return $part;
    }

    private static function letter(string $id = self::OURS): object
    {
        $inner = (object) ['headers' => ['message-id' => "<$id>"]];
        return (object) ['ctype_primary' => 'message', 'ctype_secondary' => 'rfc822', 'parts' => [$inner]];
    }

    /** @param list<object> $parts */
    private static function report(array $parts, array $parameters = ['report-type' => 'delivery-status']): object
    {
        return (object) ['headers' => [], 'ctype_primary' => 'Multipart', 'ctype_secondary' => 'Report', 'ctype_parameters' => $parameters,
            'parts' => [self::part('text/plain', 'I am sorry.'), ...$parts]];
    }

    private static function of(string $status): ?DeliveryReport
    {
        return DeliveryReport::in(self::report([self::part('message/delivery-status', $status), self::letter()]));
    }

    public function testAFailureNamesItsRecipientAndWhy(): void
    {
        $report = self::of(self::FAILED);
        self::assertSame(self::OURS, $report?->messageId);
        self::assertSame([['address' => 'a@b.example', 'why' => '5.1.1 550 5.1.1 nobody here']], $report->failed);
    }

    public function testEachFailedRecipientCounts(): void
    {
        $more = self::FAILED . "\n\nOriginal-Recipient: rfc822;c@d.example\nFinal-Recipient: RFC822;<c2@d.example>\n"
            . "Action: FAILED\nStatus: 5.2.2\n\nFinal-Recipient: rfc822; e@f.example\nAction: delivered\nStatus: 2.0.0";
        self::assertSame(['a@b.example', 'c2@d.example'], array_column(self::of(str_replace("\n", "\r\n", $more))->failed, 'address'));
    }

    /** @dataProvider verdicts */
    public function testOnlyALetterThatWillNotArriveHasFailed(bool $isLost, string $fields): void
    {
        $status = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\n$fields";
        self::assertSame($isLost ? 1 : 0, count(self::of($status)->failed));
    }

    /** @return iterable<string, array{bool, string}> */
    public static function verdicts(): iterable
    {
        yield 'failed for good' => [true, "Action: failed\nStatus: 5.0.0"];
        yield 'given up after days' => [true, "Action: failed\nStatus: 4.4.7"];
        yield 'no action, a final code' => [true, 'Status: 5.7.1'];
        yield 'a comment behind the code' => [true, "Action: failed\nStatus: 5.1.1 (bad address)"];
        yield 'late' => [false, "Action: delayed\nStatus: 4.4.1"];
        yield 'no action, a passing code' => [false, 'Status: 4.4.1'];
        yield 'delivered' => [false, "Action: delivered\nStatus: 2.1.5"];
        yield 'relayed' => [false, "Action: relayed\nStatus: 2.1.9"];
        yield 'failed and well' => [false, "Action: failed\nStatus: 2.0.0"];
        yield 'no code at all' => [false, 'Action: failed'];
    }

    public function testAReportWithTheHeadersAloneCounts(): void
    {
        $headers = "From: support@desk.example\r\nMessage-ID:\r\n <" . self::OURS . ">\r\nSubject: x";
        foreach (['text/rfc822-headers', 'message/global-headers'] as $type) {
            $report = self::report([self::part('message/delivery-status', self::FAILED), self::part($type, $headers)]);
            self::assertSame(self::OURS, DeliveryReport::in($report)?->messageId, $type);
        }
    }

    public function testALetterThatTheParserLeftWholeIsRead(): void
    {
        $whole = self::part('message/rfc822', "From: x\nMessage-Id: <" . self::OURS . ">\n\ntext");
        self::assertNotNull(DeliveryReport::in(self::report([self::part('message/delivery-status', self::FAILED), $whole])));
        $quoted = self::part('message/rfc822', "From: x\nMessage-Id: <other@x>\n\nMessage-ID: <" . self::OURS . '>');
        self::assertNull(DeliveryReport::in(self::report([self::part('message/delivery-status', self::FAILED), $quoted])));
    }

    public function testWhatIsNoReportAboutALetterOfOursIsLeftAlone(): void
    {
        $status = self::part('message/delivery-status', self::FAILED);
        $mails = [
            'a report about another letter' => self::report([$status, self::letter('other@desk.example')]),
            'one of ours by its beginning only' => self::report([$status, self::letter('sla-1@desk.example')]),
            'a report without the letter' => self::report([$status]),
            'a receipt that it was read' => self::report([$status, self::letter()], ['report-type' => 'disposition-notification']),
            'a letter of ours that was forwarded' => (object) ['ctype_primary' => 'multipart', 'ctype_secondary' => 'mixed',
                'ctype_parameters' => [], 'parts' => [$status, self::letter()]],
            'no parts' => (object) ['ctype_primary' => 'multipart', 'ctype_secondary' => 'report'],
            'nothing' => (object) [],
        ];
        foreach ($mails as $which => $mail) {
            self::assertNull(DeliveryReport::in($mail), $which);
        }
    }

    public function testWhatAMailServerSaysIsShort(): void
    {
        $long = "X: y\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n"
            . 'Diagnostic-Code: smtp; ' . str_repeat('no ', 500);
        self::assertLessThanOrEqual(300, mb_strlen(self::of($long)->failed[0]['why']));
    }
}
