using System.Text;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Server.Tests.Access;

/// <summary>Every operation that decides about access, each with those it is not for.</summary>
internal static class Operations
{
    private const string Password = "a door of seven hinges";

    private static readonly Who[] Patients = [Who.Owner, Who.OtherPatient];
    private static readonly Who[] Doctors = [Who.AssignedDoctor, Who.OtherDoctor, Who.FormerDoctor, Who.Locked];
    private static readonly Who[] Strangers = [Who.OtherPatient, Who.OtherDoctor, Who.FormerDoctor];

    private static readonly Trial[] AdminsHearThatItIsAbsent = [new(Who.Admin, "absent")];
    private static readonly Trial[] AllButAdmins = On([.. Patients, .. Doctors], "-");
    private static readonly Trial[] AllButAdminsOnAny = [.. On([.. Patients, .. Doctors], "own", "foreign", "absent", "archived"), .. AdminsHearThatItIsAbsent];
    private static readonly Trial[] AllButReaders = [.. On(Strangers, "own"), .. On([.. Patients, .. Doctors], "foreign", "absent", "archived"), .. AdminsHearThatItIsAbsent];
    private static readonly Trial[] AllButWriters = [.. AllButReaders, new(Who.Owner, "own")];

    // An archived patient's appointments stay their doctor's.
    private static readonly Trial[] AllButConcerned =
        [.. On(Strangers, "own", "archived"), .. On([.. Patients, .. Doctors], "foreign", "absent"), new(Who.Owner, "archived"), .. AdminsHearThatItIsAbsent];

    /// <summary>Those that know who acts and refuse nobody, with the reason.</summary>
    public static IReadOnlyDictionary<Type, string> ForAnyone { get; } = new Dictionary<Type, string>
    {
        [typeof(FindOwnRecordHandler)] = "it answers the id of the actor's own record and takes none",
        [typeof(ListSessionsHandler)] = "it asks for the actor's own sessions and takes no other id",
        [typeof(ChangePasswordHandler)] = "it changes the actor's own account and takes no other id",
        [typeof(GetWorkingHoursHandler)] = "when doctors work is for whoever is signed in; it keeps notes back",
        [typeof(ReassignPatientsHandler)] = "a part of UpdateUserHandler, which decides; no endpoint has it",
    };

    public static IReadOnlyList<Operation> All { get; } =
    [
        Operation.Of<GetPatientHandler>("read a record", AllButReaders, async (on, call) => (await on.HandleAsync(call.Record, call.Actor, default)).Error),
        Operation.Of<GetPatientRiskHandler>("read a risk", AllButReaders, async (on, call) => (await on.HandleAsync(call.Record, call.Actor, default)).Error),
        Operation.Of<GetAccessLogHandler>("read an access log", AllButReaders, async (on, call) => (await on.HandleAsync(call.Record, null, 10, call.Actor, default)).Error),
        Operation.Of<ExportPatientHandler>("export a record", AllButReaders, async (on, call) => (await on.HandleAsync(call.Record, call.Actor, default)).Error),
        Operation.Of<UpdatePatientHandler>("update a record", AllButWriters, async (on, call) =>
            (await on.HandleAsync(call.Record, new() { Gender = Gender.Male, Age = 1 }, call.Seen, call.Actor, default)).Error),
        Operation.Of<ArchivePatientHandler>("archive a record", AllButAdminsOnAny, async (on, call) => (await on.HandleAsync(call.Record, call.Seen, call.Actor, default)).Error),
        Operation.Of<RestorePatientHandler>("restore a record", AllButAdminsOnAny, async (on, call) => (await on.HandleAsync(call.Record, call.Seen, call.Actor, default)).Error),
        Operation.Of<RegisterPatientHandler>("register a record", On(Patients, "-"), async (on, call) =>
            (await on.HandleAsync(new() { Gender = Gender.Male, Age = 1 }, call.Actor, null, default)).Error),
        Operation.Of<ListPatientsHandler>("list records", On(Patients, "-"), async (on, call) => (await on.HandleAsync(new() { Limit = 10 }, false, call.Actor, default)).Error),
        Operation.Of<ListPatientsHandler>("list another doctor's records", On([.. Patients, .. Doctors], "-"), async (on, call) =>
            (await on.HandleAsync(new() { AssignedDoctorId = call.Stranger, Limit = 10 }, false, call.Actor, default)).Error),
        Operation.Of<ListPatientsHandler>("list archived records", On([.. Patients, .. Doctors], "-"), async (on, call) =>
            (await on.HandleAsync(new() { Archived = true, Limit = 10 }, false, call.Actor, default)).Error),
        Operation.Of<GetRiskDistributionHandler>("see the risk distribution", On(Patients, "-"), async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<GetDemographicsHandler>("see the demographics", On(Patients, "-"), async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<GetOverviewHandler>("see the overview", On(Patients, "-"), async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<ListHistoryHandler>("read a history", AllButReaders, async (on, call) => (await on.HandleAsync(new() { Patient = call.Record, Limit = 10 }, call.Actor, default)).Error),
        Operation.Of<GetHistoryEntryHandler>("read an entry of a history", AllButReaders, async (on, call) => (await on.HandleAsync(call.Entry, call.Actor, default)).Error),
        Operation.Of<GetHistoryEntryHandler>("read an entry that the record has not", On([Who.AssignedDoctor, Who.Locked], "own"), async (on, call) =>
            (await on.HandleAsync(new(call.Record, new(ClinicalId.Parse(MatrixRequest.AbsentRecord))), call.Actor, default)).Error),
        Operation.Of<SearchHistoryHandler>("search a history", AllButReaders, async (on, call) => (await on.HandleAsync(call.Record, new() { Q = "x" }, call.Actor, default)).Error),
        Operation.Of<AddHistoryEntryHandler>("write a history", AllButWriters, async (on, call) =>
            (await on.HandleAsync(call.Record, new() { Diagnosis = "Stroke" }, call.Actor, null, default)).Error),
        Operation.Of<AmendHistoryEntryHandler>("amend a history", AllButWriters, async (on, call) =>
            (await on.HandleAsync(call.Entry, new() { Reason = "A slip", Diagnosis = "TIA" }, new(null, 1), call.Actor, default)).Error),
        Operation.Of<AmendHistoryEntryHandler>("amend an entry that the record has not", [.. On([Who.AssignedDoctor, Who.Locked], "own"), new(Who.Admin, "own")], async (on, call) =>
            (await on.HandleAsync(new(call.Record, new(ClinicalId.Parse(MatrixRequest.AbsentRecord))), new() { Reason = "A slip", Diagnosis = "TIA" }, new(null, 1), call.Actor, default)).Error),
        Operation.Of<BookAppointmentHandler>(
            "book an appointment", [.. On(Strangers, "own", "archived"), .. On([.. Patients, .. Doctors], "foreign", "absent"), .. On([Who.AssignedDoctor, Who.Locked], "archived"), .. AdminsHearThatItIsAbsent],
            async (on, call) => (await on.HandleAsync(call.Booking, call.Actor, null, default)).Error),
        Operation.Of<GetAppointmentHandler>("read an appointment", AllButConcerned, async (on, call) => (await on.HandleAsync(call.Appointment, call.Actor, default)).Error),
        Operation.Of<GetVisitHandler>("read a visit", [.. AllButConcerned, new(Who.Owner, "own")], async (on, call) => (await on.HandleAsync(call.Appointment, call.Actor, default)).Error),
        Operation.Of<ListAppointmentsHandler>("list another doctor's appointments", On(Doctors, "-"), async (on, call) =>
            (await on.HandleAsync(new() { DoctorId = call.Stranger, Limit = 10 }, call.Actor, default)).Error),
        Operation.Of<ListAppointmentsHandler>("list another patient's appointments", On(Patients, "foreign"), async (on, call) =>
            (await on.HandleAsync(new() { PatientId = call.Record, Limit = 10 }, call.Actor, default)).Error),
        Operation.Of<GetWorkListHandler>("see a work list anew", On([.. Patients, Who.Admin], "-"), async (on, call) => (await on.ReadAsync(null, call.Actor, default)).Error),
        Operation.Of<GetWorkListHandler>("see a work list", On([.. Patients, Who.Admin], "-"), async (on, call) => (await on.HandleAsync(null, call.Actor, default)).Error),
        Operation.Of<GetCalendarHandler>("see another doctor's calendar", On([.. Patients, .. Doctors], "-"), async (on, call) =>
            (await on.HandleAsync(new() { DoctorId = call.Stranger, From = Bodies.NextDay(), To = Bodies.NextDay(), WithPatients = true }, call.Actor, default)).Error),
        Operation.Of<GetCalendarHandler>("see nobody's calendar", On([.. Patients, .. Doctors, Who.Admin], "-"), async (on, call) =>
            (await on.HandleAsync(new() { DoctorId = new(int.MaxValue), From = Bodies.NextDay(), To = Bodies.NextDay() }, call.Actor, default)).Error),
        Operation.Of<RescheduleAppointmentHandler>("move an appointment", AllButConcerned, async (on, call) =>
            (await on.HandleAsync(call.Appointment, new() { AppointmentDate = Bodies.NextDay(), AppointmentTime = new(9, 0) }, new(null, 1), call.Actor, default)).Error),
        Operation.Of<CancelAppointmentHandler>("cancel an appointment", AllButConcerned, async (on, call) =>
            (await on.HandleAsync(call.Appointment, new() { Reason = "Away" }, new(null, 1), call.Actor, default)).Error),
        Operation.Of<ChangeAppointmentStatusHandler>("change an appointment's status", [.. AllButConcerned, new(Who.Owner, "own")], async (on, call) =>
            (await on.HandleAsync(call.Appointment, new() { Status = AppointmentStatus.Arrived }, new(null, 1), call.Actor, default)).Error),
        Operation.Of<SetWorkingHoursHandler>("set another doctor's hours", On([.. Patients, .. Doctors], "-"), async (on, call) =>
            (await on.HandleAsync(call.Stranger, new(), new(null, 1), call.Actor, default)).Error),
        Operation.Of<SetWorkingHoursHandler>("set nobody's hours", On([.. Patients, .. Doctors, Who.Admin], "-"), async (on, call) =>
            (await on.HandleAsync(new(int.MaxValue), new(), new(null, 0), call.Actor, default)).Error),
        Operation.Of<SetDaysOffHandler>("set another doctor's days off", On([.. Patients, .. Doctors], "-"), async (on, call) =>
            (await on.HandleAsync(call.Stranger, new() { DaysOff = [] }, new(null, 1), call.Actor, default)).Error),
        Operation.Of<SearchPatientsHandler>("search records", On(Patients, "-"), async (on, call) => (await on.HandleAsync(new() { Q = "x" }, call.Actor, default)).Error),
        Operation.Of<SearchPatientsHandler>("search archived records", On([.. Patients, .. Doctors], "-"), async (on, call) =>
            (await on.HandleAsync(new() { Q = "x", Archived = true }, call.Actor, default)).Error),
        Operation.Of<ListRecentPatientsHandler>("list records opened last", On([.. Patients, Who.Admin], "-"), async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<FindDuplicatesHandler>("look for duplicates", On(Patients, "-"), async (on, call) => (await on.HandleAsync(new() { LastName = "x" }, call.Actor, default)).Error),
        Operation.Of<ImportPatientsHandler>("import records", AllButAdmins, async (on, call) =>
            (await on.HandleAsync([new(2, new() { Gender = Gender.Male, Age = 1 }, $"test:{Change.NewId()}", null)], call.Actor, null, default)).Error),
        Operation.Of<StartImportHandler>("start an import", AllButAdmins, async (on, call) => (await on.HandleAsync(new(), call.Actor, default)).Error),
        Operation.Of<WatchImportHandler>("watch an import", AllButAdmins, async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<CancelImportHandler>("cancel an import", AllButAdmins, async (on, call) => (await on.HandleAsync("x", call.Actor, default)).Error),
        Operation.Of<CreateUserHandler>("make an account", AllButAdmins, async (on, call) => (await on.HandleAsync(Somebody(), call.Actor, null, default)).Error),
        Operation.Of<ListUsersHandler>("list accounts", AllButAdmins, async (on, call) => (await on.HandleAsync(new() { Limit = 10 }, call.Actor, default)).Error),
        Operation.Of<UpdateUserHandler>("raise one's own role", AllButAdmins, async (on, call) =>
            (await on.HandleAsync(call.Actor.Id, new() { Role = Role.Admin }, new(null, call.Player.Account.Version), call.Actor, default)).Error),
        Operation.Of<UpdateUserHandler>("lock somebody out", AllButAdmins, async (on, call) =>
            (await on.HandleAsync(call.Charge.Owner.Id, new() { IsActive = false }, new(null, call.Charge.Owner.Version), call.Actor, default)).Error),
        Operation.Of<UpdateUserHandler>("set somebody's password", AllButAdmins, async (on, call) =>
            (await on.HandleAsync(call.Charge.Owner.Id, new() { Password = Password }, new(null, call.Charge.Owner.Version), call.Actor, default)).Error),
        Operation.Of<SetInitialPasswordHandler>("set somebody's password by itself", AllButAdmins, async (on, call) =>
            (await on.HandleAsync(call.Charge.Owner.Id, Password, new(null, call.Charge.Owner.Version), call.Actor, default)).Error),
        Operation.Of<GetClinicStatsHandler>("see the clinic's numbers", AllButAdmins, async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<LinkPatientHandler>("link a record", AllButAdminsOnAny, async (on, call) =>
            (await on.HandleAsync(call.Charge.Owner.Id, call.Record, call.Seen, call.Actor, default)).Error),
        Operation.Of<RevokeSessionHandler>("end a session", On([.. Patients, .. Doctors, Who.Admin], "foreign", "absent"), async (on, call) =>
            await on.HandleAsync(call.Object == "absent" ? MatrixRequest.AbsentSession : (await call.Scene.ForeignSessionAsync()).Id, call.Actor, default)),
        Operation.Of<QueryLogHandler>("read the log", AllButAdmins, async (on, call) => (await on.HandleAsync(new(), call.Actor, default)).Error),
        Operation.Of<QueryLogHandler>("follow the log", AllButAdmins, async (on, call) => (await on.ReadAsync(new(), call.Actor, default)).Error),
        Operation.Of<ExportLogHandler>("export the log", AllButAdmins, async (on, call) => (await on.HandleAsync(new(), call.Actor, default)).Error),
        Operation.Of<GetLogStatsHandler>("count the log", AllButAdmins, async (on, call) => (await on.HandleAsync(null, null, call.Actor, default)).Error),
        Operation.Of<GetUserActivityHandler>("read another's activity", AllButAdmins, async (on, call) => (await on.HandleAsync(call.Stranger, new(), call.Actor, default)).Error),
        Operation.Of<VerifyLogOnRequestHandler>("verify the log", AllButAdmins, async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
        Operation.Of<VerifyLogOnRequestHandler>("see when the log was verified", AllButAdmins, async (on, call) => (await on.LastAsync(call.Actor, default)).Error),
        Operation.Of<CheckConsistencyHandler>("check consistency", AllButAdmins, async (on, call) => (await on.HandleAsync(call.Actor, null, default)).Error),
        Operation.Of<RepairConsistencyHandler>("repair consistency", AllButAdmins, async (on, call) => (await on.HandleAsync(call.Actor, default)).Error),
    ];

    /// <summary>An Idempotency-Key of this actor, as the edge would have made it.</summary>
    public static IdempotentRequest Key(Actor actor) => new(new(actor.Id, "POST /api/patients/register", Change.NewId()), Encoding.UTF8.GetBytes("thirty-two bytes of some request"));

    private static Trial[] On(Who[] whom, params string[] objects) => [.. objects.SelectMany(_ => whom, (name, who) => new Trial(who, name))];

    private static CreateUser Somebody()
    {
        var name = $"new-{Change.NewId()}";
        return new() { Username = name, Email = $"{name}@clinic.test", Password = Password, Role = Role.Admin };
    }
}
