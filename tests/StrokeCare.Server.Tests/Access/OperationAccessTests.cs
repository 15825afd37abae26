using System.Reflection;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Access;

/// <summary>The operations decide by themselves, whatever way in they are given: here they are called without any.</summary>
public sealed class OperationAccessTests(AccessStage stage)
{
    public static TheoryData<string> Names => [.. Operations.All.Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_operation_refuses_by_itself_whom_it_is_not_for(string name)
    {
        var scene = await stage.OnAsync(Pair.Sqlite);
        var operation = Operations.All.Single(o => o.Name == name);
        var faults = new List<string>();
        foreach (var trial in operation.Refuses)
        {
            var call = await OperationCall.OfAsync(scene, trial);
            await scene.ForeignSessionAsync();
            var fault = await FaultAsync(scene, call.Actor, operation.AnswerTo(trial.Who), () => operation.RunAsync(call));
            if (fault is null) continue;
            faults.Add($"{trial.Who} on {trial.Object}: {fault}");
            await scene.RenewAsync();
        }

        Assert.True(faults.Count == 0, $"{name}:\n{string.Join('\n', faults)}");
    }

    [Fact]
    public async Task A_repeated_registration_is_refused_to_a_doctor_who_has_lost_the_patient()
    {
        var scene = await stage.OnAsync(Pair.Sqlite);
        var doctor = (await scene.PlayerAsync(Who.OtherDoctor, await scene.OwnAsync(Who.OtherDoctor))).Actor;
        var (register, patients) = (scene.Portal.Get<RegisterPatientHandler>(), scene.Portal.Get<IPatientStore>());
        var (command, key) = (new RegisterPatient { Gender = Gender.Male, Age = 1 }, Operations.Key(doctor));
        var made = (await register.HandleAsync(command, doctor, key, CancellationToken.None)).Value!.Patient;
        Assert.True((await register.HandleAsync(command, doctor, key, CancellationToken.None)).Value!.Replayed);
        var moved = made.Reassign(scene.Cast.Stranger.Id, made.UpdatedAt);
        await patients.UpdateAsync(moved, scene.Portal.Get<AuditTrail>().Of(AuditAction.PatientUpdated, Actor.Operator, moved), CancellationToken.None);

        Assert.Null(await FaultAsync(scene, doctor, ErrorKind.Denied, async () => (await register.HandleAsync(command, doctor, key, CancellationToken.None)).Error));
    }

    [Fact]
    public async Task Nobody_acts_but_an_active_account_of_the_tokens_epoch_in_an_open_session_of_its_own()
    {
        var scene = await stage.OnAsync(Pair.Sqlite);
        var charge = await scene.OwnAsync(Who.OtherDoctor);
        var (doctor, other, gone) = (await scene.PlayerAsync(Who.OtherDoctor, charge), await scene.PlayerAsync(Who.FormerDoctor, charge), await scene.PlayerAsync(Who.Deactivated, charge));
        var revoked = (await scene.PlayerAsync(Who.RevokedSession, charge)).Session;
        var (id, epoch) = (doctor.Account.Id, doctor.Account.Epoch);

        Assert.NotNull(await Resolve(id, epoch, doctor.Session.Id));
        Assert.Null(await Resolve(gone.Account.Id, gone.Account.Epoch, gone.Session.Id));
        Assert.Null(await Resolve(id, epoch + 1, doctor.Session.Id));
        Assert.Null(await Resolve(id, epoch, other.Session.Id));
        Assert.Null(await Resolve(revoked.UserId, revoked.Epoch, revoked.Id));
        Assert.Null(await Resolve(id, epoch, MatrixRequest.AbsentSession));
        Assert.Null(await Resolve(new(int.MaxValue), epoch, doctor.Session.Id));
        Assert.NotNull(await Resolve(id, epoch, doctor.Session.Id, doctor.Session.ExpiresAt - TimeSpan.FromSeconds(1)));
        Assert.Null(await Resolve(id, epoch, doctor.Session.Id, doctor.Session.ExpiresAt));

        Task<ResolvedActor?> Resolve(UserId user, int ofEpoch, string session, DateTimeOffset? at = null)
        {
            var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(at ?? TimeProvider.System.GetUtcNow());
            return new ResolveActorHandler(scene.Portal.Get<IUserStore>(), scene.Portal.Get<ISessionStore>(), time).HandleAsync(user, ofEpoch, session, Origin.Local, CancellationToken.None);
        }
    }

    [Fact]
    public void Every_operation_that_knows_who_acts_is_tried_or_has_its_reason()
    {
        var knowing = typeof(PatientAccess).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Handler", StringComparison.Ordinal) && type.GetMethods().Any(TakesWhoActs)).ToHashSet();
        var tried = Operations.All.Select(operation => operation.Handler).ToHashSet();
        Assert.Empty(knowing.Except(tried).Except(Operations.ForAnyone.Keys).Select(type => type.Name));
        Assert.Empty(Operations.ForAnyone.Keys.Where(type => !knowing.Contains(type) || tried.Contains(type)).Select(type => type.Name));
    }

    private static bool TakesWhoActs(MethodInfo method) =>
        method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Actor) || parameter.ParameterType == typeof(ResolvedActor));

    /// <summary>Null when it was refused as it has to be: in the log once, and nothing changed.</summary>
    private static async Task<string?> FaultAsync(Scene scene, Actor actor, ErrorKind expected, Func<Task<Error?>> run)
    {
        var before = await Traces.OfAsync(scene.Portal, actor.Id, scene.Cast.Stranger.Id);
        var error = await run();
        var changes = before.ChangedTo(await Traces.OfAsync(scene.Portal, actor.Id, scene.Cast.Stranger.Id));
        var rows = await before.RowsSinceAsync(scene.Portal);
        if (error?.Kind != expected) return $"expected {expected}, got {error?.Code ?? "success"}";
        if (changes.Count > 0) return $"refused, and yet: {string.Join(", ", changes)}";
        var denied = rows.Count == 1 && rows[0].EventType == AuditAction.AccessDenied.Wire() && rows[0].UserId == actor.Id.Value;
        return (expected == ErrorKind.Denied ? denied : rows.Count == 0) ? null : $"in the log: {string.Join(", ", rows.Select(row => $"{row.EventType} by {row.UserId}"))}";
    }
}
