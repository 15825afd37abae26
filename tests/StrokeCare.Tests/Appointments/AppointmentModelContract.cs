using System.Diagnostics;
using CsCheck;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.Appointments.AppointmentBuilder;

namespace StrokeCare.Tests.Appointments;

/// <summary>
/// Sixteen clients who book, move, cancel and hand over at random in a little time of few people, against a model of what they were
/// told. The default is a slice; STROKECARE_FULL=1 runs 500 rounds.
/// </summary>
public abstract class AppointmentModelContract<TFixture>(TFixture fixture, ITestOutputHelper output) : AppointmentContract<TFixture>(fixture)
    where TFixture : StoreFixture
{
    private const int Clients = 16;
    private const int RoundsOfAHistory = 10;

    private static readonly Gen<StepKind> Kinds = Gen.Frequency(
        (8, Gen.Const(StepKind.Book)), (4, Gen.Const(StepKind.BookOver)), (6, Gen.Const(StepKind.Move)), (3, Gen.Const(StepKind.MoveOver)),
        (6, Gen.Const(StepKind.Cancel)), (1, Gen.Const(StepKind.Arrive)), (1, Gen.Const(StepKind.Complete)),
        (5, Gen.Const(StepKind.HandOver)));

    private static readonly Gen<Step[][]> Histories = Gen.Select(
        Kinds, Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 17], Gen.Int[1, 6], Gen.Int[0, 999],
        (kind, doctor, patient, start, length, which) => new Step(kind, doctor, patient, start, length, which)).Array[Clients].Array[RoundsOfAHistory];

    private static int Rounds => TestEngines.Read("STROKECARE_FULL") == "1" ? 500 : 50;

    [Fact]
    public async Task Never_do_two_overlap_and_no_cell_is_left_behind()
    {
        await DrainAsync();
        var (started, acknowledged, refused) = (Stopwatch.GetTimestamp(), 0, 0);
        await Histories.SampleAsync(
            async history =>
            {
                var model = new AppointmentModel();
                foreach (var round in history) await RunAsync(model, round);
                await AssertLoggedAsync(model);
                (acknowledged, refused) = (acknowledged + model.Acknowledged, refused + model.Refused);
            },
            iter: Rounds / RoundsOfAHistory,
            threads: 1);
        output.WriteLine($"{Rounds} rounds of {Clients} clients in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: {acknowledged} writes, {refused} refused for want of time");
        Assert.True(acknowledged > Rounds && refused > Rounds, "too little has happened to prove anything");
    }

    private async Task RunAsync(AppointmentModel model, Step[] round)
    {
        await Task.WhenAll(round.Select(step => Task.Run(() => DoAsync(model, step, model.Picked(step)), Ct)));
        model.EndRound();
        var stored = new List<Appointment>();
        foreach (var doctor in model.Doctors) stored.AddRange(await ListAsync(new() { DoctorId = doctor, Limit = 1000 }));
        model.AssertStored(stored);
        var cells = (await Store.OwnedCells()).Where(cell => model.Known.ContainsKey(cell.Owner)).ToList();
        OwnedTimes.AssertKept([.. stored.Where(one => one.IsActive)], cells);
    }

    private async Task DoAsync(AppointmentModel model, Step step, AppointmentId? picked)
    {
        if (step.Kind is StepKind.Book or StepKind.BookOver)
        {
            var wanted = await MaybeOverAsync(model.Wanted(step), step.Kind == StepKind.BookOver);
            model.Was(wanted, ObstacleOf(await BookAsync(wanted)));
            return;
        }

        if (picked is not { } id || await Appointments.FindAsync(id, Ct) is not { } stored) return;
        var next = step.Kind switch
        {
            StepKind.Cancel => stored.Cancel("No longer needed", Now),
            StepKind.Arrive => stored.ChangeStatus(AppointmentStatus.Arrived, null, Now),
            StepKind.Complete => stored.ChangeStatus(AppointmentStatus.Completed, null, Now),
            StepKind.Move or StepKind.MoveOver => stored.Reschedule(model.Wanted(step) is var to ? new(to.Date, to.Time) : default, step.Length * 5, London, Now),
            StepKind.HandOver => stored.HandOver(model.Successor(step, stored), await BusyThereAsync(stored, model.Successor(step, stored)), Now),
            StepKind.Book or StepKind.BookOver => throw new UnreachableException(),
        };
        if (!next.Succeeded) return;
        var moved = await MaybeOverAsync(next.Value, step.Kind == StepKind.MoveOver);
        model.Was(moved, ObstacleOf(await UpdateAsync(moved)));
    }

    private async Task<Appointment> MaybeOverAsync(Appointment wanted, bool over) => over
        ? Succeeded(wanted.Overriding((await Appointments.BusyAsync(BusyFilter.Of(wanted), Ct)).InTheWayOf(wanted), "There is no other way"))
        : wanted;

    private Task<IReadOnlyList<BusyTime>> BusyThereAsync(Appointment appointment, UserId doctor) =>
        Appointments.BusyAsync(BusyFilter.Of(appointment) with { DoctorId = doctor }, Ct);

    // Null: somebody else was faster, and it says nothing about the time.
    private static Obstacle? ObstacleOf(UpdateAppointmentOutcome outcome) => outcome switch
    {
        UpdateAppointmentOutcome.Updated => Obstacle.None,
        UpdateAppointmentOutcome.DoctorTaken => Obstacle.Doctor,
        UpdateAppointmentOutcome.PatientTaken => Obstacle.Patient,
        UpdateAppointmentOutcome.Stale => null,
        UpdateAppointmentOutcome.Missing => throw new InvalidOperationException("An appointment that was acknowledged is gone."),
    };

    private static Obstacle? ObstacleOf(BookOutcome outcome) => outcome switch
    {
        BookOutcome.Booked => Obstacle.None,
        BookOutcome.DoctorTaken => Obstacle.Doctor,
        BookOutcome.PatientTaken => Obstacle.Patient,
        BookOutcome.AlreadyExists => throw new InvalidOperationException("An id was given twice."),
    };

    // Exactly one change for each version that was acknowledged.
    private async Task AssertLoggedAsync(AppointmentModel model)
    {
        var versions = (await DrainAsync()).ToLookup(change => change.EntityId!, change => change.EntityVersion!.Value);
        foreach (var one in model.Known.Values) Assert.Equal(Enumerable.Range(1, (int)one.Version).Select(v => (long)v), versions[one.Id.ToString()].Order());
    }
}
