using StrokeCare.Accounts;
using StrokeCare.Audit;

namespace StrokeCare.Demo;

/// <summary>The people of a demonstration. All have one password, which is no secret.</summary>
public sealed record DemoPeople
{
    public const string AdminName = "demo.admin";
    public const string DoctorName = "demo.doctor";
    public const string PatientName = "demo.patient";
    public const string Password = "quiet herons wade at dawn";

    /// <summary>Of <see cref="Password"/>, in each of the accounts.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>The first one is <see cref="DoctorName"/>.</summary>
    public required IReadOnlyList<User> Doctors { get; init; }

    public required User Patient { get; init; }

    /// <summary>Which record is <see cref="Patient"/>'s.</summary>
    public required string Mrn { get; init; }

    /// <summary>A <see cref="PasswordHash"/>, which takes a quarter of a second, while other cores do something else.</summary>
    public static Task<string> HashAsync() => Task.Run(() => Passwords.Hash(Password));
}

/// <summary>Makes the accounts of a demonstration. One password hash serves all: twelve of them would take longer than everything else.</summary>
public sealed class FillDemoPeopleHandler(IUserStore users, ISecurityLog log)
{
    // Longer ago than the first patient.
    private static readonly TimeSpan Before = TimeSpan.FromDays((4 * 365) + 30);

    /// <summary>The doctors, and the account of a patient, which is that of the most telling of these.</summary>
    /// <param name="patients">Of whom one has an account.</param>
    /// <param name="hashing">The hash that all accounts get: <see cref="DemoPeople.HashAsync"/>, begun where there was time for it.</param>
    /// <param name="now">The demonstration is around it.</param>
    /// <param name="ct">Stops between accounts.</param>
    public async Task<DemoPeople> HandleAsync(IEnumerable<SyntheticPatient> patients, Task<string> hashing, DateTimeOffset now, CancellationToken ct)
    {
        var patient = SyntheticPatients.Typical(patients);
        var clock = new BackdatedTime(now - Before);
        var (audit, hash) = (new AuditTrail(log, clock), await hashing);
        var doctors = new List<User>();
        foreach (var (first, last, specialization) in SyntheticNames.Doctors)
        {
            var name = doctors.Count == 0 ? DemoPeople.DoctorName : $"{first[0]}.{last}".ToLowerInvariant();
            doctors.Add(await AddAsync(Draft(name, Role.Doctor, hash, clock.Now) with { FirstName = first, LastName = last, Specialization = specialization }, audit, ct));
        }

        clock.Now = patient.RegisteredAt;
        var self = Draft(DemoPeople.PatientName, Role.Patient, hash, clock.Now) with { FirstName = patient.Details.FirstName, LastName = patient.Details.LastName };
        return new() { PasswordHash = hash, Doctors = doctors, Patient = await AddAsync(self, audit, ct), Mrn = patient.Details.Mrn! };
    }

    /// <summary>Last of all: whoever finds this account finds a whole demonstration.</summary>
    public async Task<User> AddAdminAsync(DemoPeople people, DateTimeOffset now, CancellationToken ct)
    {
        var audit = new AuditTrail(log, new BackdatedTime(now));
        return await AddAsync(Draft(DemoPeople.AdminName, Role.Admin, people.PasswordHash, now) with { FirstName = "Alex", LastName = "Whitmore" }, audit, ct);
    }

    private async Task<User> AddAsync(User user, AuditTrail audit, CancellationToken ct)
    {
        var (outcome, id) = await users.AddAsync(user, added => audit.OfUser(AuditAction.UserCreated, Actor.Operator, user with { Id = added }), ct);
        return outcome == AddUserOutcome.Added ? user with { Id = id } : throw new InvalidOperationException($"The account {user.Username} is there already: {outcome}.");
    }

    private static User Draft(string name, Role role, string hash, DateTimeOffset at) => new()
    {
        Id = new(0),
        Username = name,
        Email = $"{name}@clinic.example",
        PasswordHash = hash,
        Role = role,
        CreatedAt = at,
        PasswordChangedAt = at,
    };
}
