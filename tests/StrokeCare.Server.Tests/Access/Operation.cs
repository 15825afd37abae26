using StrokeCare.Accounts;
using StrokeCare.Appointments;
using StrokeCare.Changes;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Server.Tests.Access;

/// <summary>An actor and what they try it on.</summary>
internal readonly record struct Trial(Who Who, string Object);

/// <summary>An operation without its endpoint, and whom it has to turn away by itself.</summary>
internal sealed record Operation(Type Handler, string Name, IReadOnlyList<Trial> Refuses, Func<OperationCall, Task<Error?>> RunAsync)
{
    // A work list and whom one opened last are a doctor's alone.
    private static readonly Type[] RefuseAdmins = [typeof(RevokeSessionHandler), typeof(GetWorkListHandler), typeof(ListRecentPatientsHandler)];

    /// <summary>An admin is told what is not there; of sessions nobody is.</summary>
    public ErrorKind AnswerTo(Who who) => who == Who.Admin && !RefuseAdmins.Contains(Handler) ? ErrorKind.NotFound : ErrorKind.Denied;

    public static Operation Of<THandler>(string name, IReadOnlyList<Trial> refuses, Func<THandler, OperationCall, Task<Error?>> run)
        where THandler : notnull => new(typeof(THandler), name, refuses, call => run(call.Scene.Portal.Get<THandler>(), call));
}

/// <summary>One try of an operation.</summary>
internal sealed record OperationCall(Scene Scene, Player Player, Charge Charge, string Object)
{
    public static async Task<OperationCall> OfAsync(Scene scene, Trial trial)
    {
        var own = await scene.OwnAsync(trial.Who);
        var charge = trial.Object switch
        {
            "foreign" => await scene.ForeignAsync(),
            "archived" => await scene.OwnAsync(trial.Who, archived: true),
            _ => own,
        };
        return new(scene, await scene.PlayerAsync(trial.Who, trial.Object == "foreign" ? own : charge), charge, trial.Object);
    }

    public Actor Actor => Player.Actor;

    public PatientId Record => Object == "absent" ? new(ClinicalId.Parse(MatrixRequest.AbsentRecord)) : Charge.Patient.Id;

    public HistoryAddress Entry => new(Record, Charge.Entry.Id);

    public AppointmentId Appointment => new(Object == "absent" ? ClinicalId.Parse(MatrixRequest.AbsentRecord) : Charge.Appointment.Id.Value);

    /// <summary>What the actor would send to book for the record: doctors in their own calendar.</summary>
    public BookAppointment Booking => new()
    {
        DoctorId = Actor.Role == Role.Doctor ? Actor.Id : Charge.Patient.AssignedDoctorId!.Value,
        PatientId = Record,
        AppointmentDate = Bodies.NextDay(),
        AppointmentTime = new(9, 0),
        Reason = "Check-up",
    };

    public ExpectedVersion Seen => new(null, Charge.Patient.Version);

    public UserId Stranger => Scene.Cast.Stranger.Id;
}
