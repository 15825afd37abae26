using System.Security.Cryptography;
using StrokeCare.Accounts;
using StrokeCare.Changes;

namespace StrokeCare.Tests.Changes;

public sealed class ExpectedVersionTests
{
    [Fact]
    public void A_change_without_a_version_is_428()
    {
        var error = new ExpectedVersion(null, null).Mismatch(3);
        Assert.Equal((ErrorKind.PreconditionRequired, "version.required"), (error?.Kind, error?.Code));
    }

    [Theory]
    [InlineData(3L, null)]
    [InlineData(null, 3L)]
    [InlineData(3L, 3L)]
    public void The_stored_version_is_accepted_from_header_and_body(long? header, long? body) =>
        Assert.Null(new ExpectedVersion(header, body).Mismatch(3));

    [Theory]
    [InlineData(2L, null, ErrorKind.PreconditionFailed)]
    [InlineData(4L, null, ErrorKind.PreconditionFailed)]
    [InlineData(2L, 3L, ErrorKind.PreconditionFailed)]
    [InlineData(null, 2L, ErrorKind.Conflict)]
    [InlineData(3L, 2L, ErrorKind.Conflict)]
    public void A_stale_header_is_412_and_a_stale_body_409(long? header, long? body, ErrorKind kind)
    {
        var error = new ExpectedVersion(header, body).Mismatch(3);
        Assert.Equal((kind, "version.changed"), (error?.Kind, error?.Code));
    }

    [Fact]
    public void Version_0_of_a_legacy_document_can_be_expected() => Assert.Null(new ExpectedVersion(0, null).Mismatch(0));

    [Theory]
    [InlineData(3L, null, ErrorKind.PreconditionFailed)]
    [InlineData(null, 3L, ErrorKind.Conflict)]
    public void Losing_the_race_in_the_write_answers_as_a_stale_version_would(long? header, long? body, ErrorKind kind) =>
        Assert.Equal(kind, new ExpectedVersion(header, body).LostRace.Kind);
}

public sealed class IdempotentRequestTests
{
    private static readonly IdempotencyScope Scope = new(new UserId(7), "POST /api/patients/register", "k1");

    [Fact]
    public void The_same_body_matches_its_reservation_whether_it_has_succeeded_yet_or_not()
    {
        var request = new IdempotentRequest(Scope, SHA256.HashData("{}"u8));
        Assert.True(request.Matches(new Reservation(default, SHA256.HashData("{}"u8), null)));
        Assert.True(request.Matches(new Reservation(default, SHA256.HashData("{}"u8), 201)));
    }

    [Fact]
    public void Another_body_and_a_hash_of_another_length_do_not_match()
    {
        var request = new IdempotentRequest(Scope, SHA256.HashData("{}"u8));
        Assert.False(request.Matches(new Reservation(default, SHA256.HashData("{ }"u8), null)));
        Assert.False(request.Matches(new Reservation(default, SHA256.HashData("{}"u8)[..31], null)));
        Assert.False(request.Matches(new Reservation(default, [], null)));
    }

    [Fact]
    public void The_same_key_of_another_actor_or_route_is_another_key()
    {
        Assert.Equal(Scope, new IdempotencyScope(new UserId(7), "POST /api/patients/register", "k1"));
        Assert.NotEqual(Scope, Scope with { Actor = null });
        Assert.NotEqual(Scope, Scope with { Actor = new UserId(8) });
        Assert.NotEqual(Scope, Scope with { Route = "POST /api/appointments/book" });
    }
}
