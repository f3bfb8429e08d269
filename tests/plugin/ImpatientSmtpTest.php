<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Letters\ImpatientSmtp;
use SlaBridge\Letters\TimeLimit;

/** How far a letter came, at the end of a wire whose other end says what the test wants. */
final class ImpatientSmtpTest extends TestCase
{
    /** @var resource the mail server's end */
    private $server;

    public static function setUpBeforeClass(): void
    {
        if (!class_exists(\Laminas\Mail\Protocol\Exception\RuntimeException::class)) {
            // osTicket brings the library, and is not here.
            class_alias(get_class(new class ('') extends RuntimeException {
            }), 'Laminas\Mail\Protocol\Exception\RuntimeException');
        }
    }

    private function connected(float $started = 0.0): object
    {
        [$ours, $this->server] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $protocol = new class ($ours) {
            use ImpatientSmtp;

            private const EOL = "\r\n";
            public mixed $socket = null;
            public mixed $request = null;
            public mixed $response = null;
            private string $transport = 'tcp';
            private string $host = 'x';
            private int $port = 25;

            public function __construct(private readonly mixed $wire)
            {
            }

            private function setupSocket(mixed ...$ignored): mixed
            {
                return $this->wire;
            }

            public function say(string $line): void
            {
                $this->_send($line);
            }

            public function expect(int ...$codes): string
            {
                return $this->_expect($codes);
            }
        };
        $protocol->within(new TimeLimit($started ?: microtime(true)))->connect();
        return $protocol;
    }

    private function failed(callable $step): string
    {
        try {
            $step();
        } catch (RuntimeException $error) {
            return $error->getMessage();
        }
        self::fail('that went well');
    }

    public function testAReplyOfManyLinesIsReadToItsEnd(): void
    {
        $smtp = $this->connected();
        fwrite($this->server, "250-one\r\n250-two\r\n250 three\r\n354 go\r\n");
        self::assertSame('three', $smtp->expect(250));
        self::assertFalse($smtp->handedOver);
        self::assertSame('go', $smtp->expect(354));
        self::assertTrue($smtp->handedOver);
    }

    /** @dataProvider refusals */
    public function testARefusalIsKnownByItsCodeAlone(string $reply, int $code, bool $isFinal): void
    {
        $smtp = $this->connected();
        $smtp->say('RCPT TO:<a@b.example>');
        fwrite($this->server, $reply);
        $this->failed(fn () => $smtp->expect(250, 251));
        self::assertSame([$code, $isFinal], [$smtp->refusal, $smtp->isFinalForTheLetter()]);
    }

    /** @return iterable<string, array{string, int, bool}> */
    public static function refusals(): iterable
    {
        yield 'for good' => ["550 5.1.1 nobody\r\n", 550, true];
        yield 'for good, without a word' => ["550\r\n", 550, true];
        yield 'in many lines' => ["553-no\r\n553 never\r\n", 553, true];
        yield 'for now' => ["451 later\r\n", 451, false];
        yield 'no reply of a mail server' => ["HTTP/1.1 400 Bad Request\r\n", 0, false];
        yield 'no code of three digits' => ["25 ok\r\n", 0, false];
    }

    public function testARefusalOfTheSenderIsNotTheRecipientsFault(): void
    {
        $smtp = $this->connected();
        $smtp->say('MAIL FROM:<support@desk.example>');
        fwrite($this->server, "550 not from here\r\n");
        $this->failed(fn () => $smtp->expect(250));
        self::assertFalse($smtp->isFinalForTheLetter());
    }

    public function testABrokenConnectionIsNoRefusal(): void
    {
        $smtp = $this->connected();
        fwrite($this->server, "354 go\r\n");
        $smtp->expect(354);
        fclose($this->server);
        self::assertStringContainsString('closed', $this->failed(fn () => $smtp->expect(250)));
        self::assertSame([true, 0], [$smtp->handedOver, $smtp->refusal]);
    }

    public function testAReplyThatNeverEndsIsCutShort(): void
    {
        $smtp = $this->connected();
        fwrite($this->server, str_repeat('2', 6000));
        self::assertStringContainsString('to an end', $this->failed(fn () => $smtp->expect(250)));
    }

    public function testSilenceEndsWhenTheTimeIsOver(): void
    {
        // All but a second of what there is until the server must be ready has gone by.
        $smtp = $this->connected(microtime(true) - 4.9);
        $started = microtime(true);
        self::assertStringContainsString('in time', $this->failed(fn () => $smtp->expect(220)));
        self::assertLessThan(2.0, microtime(true) - $started);
    }

    public function testAServerThatReadsNothingIsNotWaitedForLonger(): void
    {
        $smtp = $this->connected(microtime(true) - 4.9);
        $started = microtime(true);
        $this->failed(static fn () => $smtp->say(str_repeat('x', 8_000_000)));
        self::assertLessThan(2.0, microtime(true) - $started);
    }

    public function testThereIsNoConnectionWithoutTimeForIt(): void
    {
        $this->expectException(RuntimeException::class);
        $this->connected(microtime(true) - 5.5);
    }
}
