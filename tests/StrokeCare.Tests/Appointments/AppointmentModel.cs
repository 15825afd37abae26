using System.Collections.Concurrent;
using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Patients;
using StrokeCare.Tests.Patients;

namespace StrokeCare.Tests.Appointments;

/// <summary>What somebody does.</summary>
public enum StepKind
{
    Book,
    BookOver,
    Move,
    MoveOver,
    Cancel,
    Arrive,
    Complete,

    /// <summary>Its doctor leaves it to another one, who may be busy then.</summary>
    HandOver,
}

/// <summary>One step of one client; times are in fives after eight o'clock, and which appointment it is about counts those known.</summary>
public sealed record Step(StepKind Kind, int Doctor, int Patient, int Start, int Length, int Which);

/// <summary>What the clients were told: by it alone is known what has to be in the store, and which refusals were right.</summary>
internal sealed class AppointmentModel
{
    private readonly UserId[] doctors = [.. Enumerable.Range(0, 3).Select(_ => AppointmentBuilder.NewDoctor())];
    private readonly PatientId[] patients = [.. Enumerable.Range(0, 4).Select(_ => PatientBuilder.NewId())];
    private readonly Dictionary<AppointmentId, Appointment> known = [];
    private readonly ConcurrentQueue<Appointment> acknowledged = [];
    private readonly ConcurrentQueue<(Appointment Wanted, Obstacle Obstacle)> refused = [];

    public IReadOnlyList<UserId> Doctors => doctors;

    public int Acknowledged { get; private set; }

    public int Refused { get; private set; }

    /// <summary>By id, each at the last version that was acknowledged.</summary>
    public IReadOnlyDictionary<AppointmentId, Appointment> Known => known;

    public Appointment Wanted(Step step) => (AppointmentBuilder.ABooking(doctors[step.Doctor], patients[step.Patient]) with
    {
        When = new(AppointmentBuilder.Day, new TimeOnly(8, 0).AddMinutes(step.Start * 5)),
        DurationMinutes = step.Length * 5,
        Urgency = Urgency.Emergency,
    }).Booked();

    public AppointmentId? Picked(Step step) => known.Count == 0 ? null : known.Keys.ElementAt(step.Which % known.Count);

    /// <summary>Another doctor than the one who leaves it.</summary>
    public UserId Successor(Step step, Appointment left) => doctors.Where(doctor => doctor != left.DoctorId).ElementAt(step.Doctor % (doctors.Length - 1));

    public void Was(Appointment next, Obstacle? obstacle)
    {
        if (obstacle is not { } why) return;
        if (why == Obstacle.None) acknowledged.Enqueue(next);
        else refused.Enqueue((next, why));
    }

    /// <summary>All clients have their answers: the refusals are judged, and the round becomes what is known.</summary>
    public void EndRound()
    {
        var around = known.Values.Concat(acknowledged).Where(one => one.IsActive).Select(AppointmentBuilder.AsBusy).ToList();
        foreach (var (wanted, obstacle) in refused)
        {
            var inTheWay = around.InTheWayOf(wanted);
            Assert.Contains(inTheWay, one => obstacle == Obstacle.Doctor ? one.DoctorId == wanted.DoctorId : one.PatientId == wanted.PatientId);
        }

        foreach (var one in acknowledged.OrderBy(one => one.Version))
        {
            Assert.True(!known.TryGetValue(one.Id, out var before) || before.Version < one.Version, $"version {one.Version} of {one.Id} was given twice");
            known[one.Id] = one;
        }

        (Acknowledged, Refused) = (Acknowledged + acknowledged.Count, Refused + refused.Count);
        acknowledged.Clear();
        refused.Clear();
    }

    /// <summary>The store has what was acknowledged and nothing else; it may itself have added to what an appointment overrides.</summary>
    public void AssertStored(IReadOnlyCollection<Appointment> stored)
    {
        Assert.Equal(known.Keys.OrderBy(id => id.Value), stored.Select(one => one.Id).OrderBy(id => id.Value));
        foreach (var one in stored)
        {
            var acknowledgedAs = known[one.Id];
            if (one.Version > acknowledgedAs.Version)
            {
                Assert.Empty(acknowledgedAs.Overrides.Except(one.Overrides));
                known[one.Id] = acknowledgedAs = acknowledgedAs with { Version = one.Version, Overrides = one.Overrides, UpdatedAt = one.UpdatedAt };
            }

            Assert.Equal(acknowledgedAs.AsText(), one.AsText());
        }
    }
}
