<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Lease\Lease;
use SlaBridge\Lease\LeaseWish;

final class LeaseWishTest extends TestCase
{
    private const DIGEST = 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

    public function testATimeCountsInMilliseconds(): void
    {
        foreach (['30' => 30000, '0.05' => 50, '0.4' => 400, '3600' => 3600000] as $ttl => $milliseconds) {
            $wish = LeaseWish::read(self::body(['ttl' => json_decode((string) $ttl)]));
            self::assertSame($milliseconds, $wish->milliseconds);
        }
    }

    public function testATakeNamesNoEpochAndARenewalNoPolicy(): void
    {
        $take = LeaseWish::read(self::body(['after' => 2, 'epoch' => 'passed over']));
        self::assertSame([0, self::DIGEST, 2], [$take->epoch, $take->policy, $take->after]);
        $renewal = LeaseWish::read(self::body(['do' => 'renew', 'epoch' => 7, 'policy' => 'passed over']));
        self::assertSame([7, '', null, 30000], [$renewal->epoch, $renewal->policy, $renewal->after, $renewal->milliseconds]);
    }

    /** @return array<string, array{array<string, mixed>, string}> */
    public static function wrongOnes(): array
    {
        return [
            'no deed' => [['do' => null], '`do`'],
            'another deed' => [['do' => 'steal'], '`do`'],
            'a line behind the holder' => [['holder' => "a\n"], '`holder`'],
            'a letter that is no ASCII' => [['holder' => 'хост'], '`holder`'],
            'no time' => [['ttl' => 0.04], '`ttl`'],
            'time for ever' => [['ttl' => 1e300], '`ttl`'],
            'a digest in capitals' => [['policy' => strtoupper(self::DIGEST)], '`policy`'],
            'a number before the first' => [['after' => -1], '`after`'],
            'no whole number' => [['after' => 2.0], '`after`'],
            'an epoch before the first' => [['do' => 'release', 'epoch' => 0], '`epoch`'],
        ];
    }

    /**
     * @dataProvider wrongOnes
     * @param array<string, mixed> $changed
     */
    #[PHPUnit\Framework\Attributes\DataProvider('wrongOnes')]
    public function testAWishOfAnotherShapeIsToldAtItsPlace(array $changed, string $told): void
    {
        try {
            LeaseWish::read(self::body($changed));
            self::fail('it was taken');
        } catch (ApiError $error) {
            self::assertSame([422, 'unprocessable'], [$error->status, $error->reason]);
            self::assertStringContainsString($told, $error->getMessage());
        }
    }

    public function testABatchIsWrittenUnderALeaseOrUnderNone(): void
    {
        self::assertNull(Lease::named(null));
        self::assertSame(['holder' => 'a', 'epoch' => 3], Lease::named((object) ['holder' => 'a', 'epoch' => 3]));
        $this->expectException(ApiError::class);
        Lease::named('a');
    }

    /** @param array<string, mixed> $changed */
    private static function body(array $changed): stdClass
    {
        return (object) ($changed + ['do' => 'take', 'holder' => 'a', 'ttl' => 30, 'policy' => self::DIGEST, 'after' => null]);
    }
}
