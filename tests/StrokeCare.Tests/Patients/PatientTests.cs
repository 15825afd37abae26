using System.Collections;
using System.Text.Json;
using StrokeCare.Accounts;
using StrokeCare.Patients;
using StrokeCare.Risk;

namespace StrokeCare.Tests.Patients;

public sealed class PatientTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PatientDetails Details = new() { Gender = Gender.Female, Age = 61, Hypertension = true, HeartDisease = false, AvgGlucoseLevel = 171.23 };

    /// <summary>A property that is added and forgotten in the copy constructor would be lost on every write; this fails then.</summary>
    [Fact]
    public void Copying_details_copies_every_property()
    {
        foreach (var property in typeof(PatientDetails).GetProperties())
        {
            var original = new PatientDetails { Gender = null };
            var value = Filled(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            property.SetValue(original, value);
            Assert.Equal(value, property.GetValue(new PatientDetails(original)));
            Assert.Equal(value, property.GetValue(original with { }));
        }
    }

    [Fact]
    public void A_command_gives_its_details_and_nothing_else_to_the_record()
    {
        var command = new RegisterPatient { Gender = Gender.Male, Age = 50, AssignedDoctorId = 7 };
        Assert.Equal(typeof(PatientDetails), new PatientDetails(command).GetType());
        var patient = Registered(command);
        Assert.Equal(typeof(PatientDetails), patient.Details.GetType());
        Assert.Null(patient.AssignedDoctorId);
    }

    [Fact]
    public void A_new_record_has_version_1_its_risk_and_the_time_in_whole_milliseconds()
    {
        var patient = Registered(Details, Now.AddTicks(1234));
        Assert.Equal((1, Now, Now, null), (patient.Version, patient.CreatedAt, patient.UpdatedAt, patient.ArchivedAt));
        Assert.NotEqual(RiskLevel.NotAssessed, patient.Risk.Level);
        Assert.Null(patient.PreviousRiskLevel);
    }

    [Fact]
    public void The_date_of_birth_wins_over_the_age() =>
        Assert.Equal(60.78, Registered(Details with { Age = 61, DateOfBirth = new DateOnly(1965, 5, 20) }).Age!.Value, 0.02);

    [Fact]
    public void Invalid_details_make_no_record_and_no_next_version()
    {
        Assert.Equal(["bmi"], Patient.Register(new PatientId(default), Details with { Bmi = 1 }, new Registration(), Now).Error!.Fields.Keys);
        Assert.Equal(["bmi"], Registered(Details).Amend(Details with { Bmi = 1 }, null, Now).Error!.Fields.Keys);
    }

    [Fact]
    public void A_change_is_the_next_version_and_remembers_the_risk_level_it_left()
    {
        var first = Registered(Details);
        var second = first.Amend(Details with { Age = 19, Hypertension = false, AvgGlucoseLevel = 80 }, new UserId(7), Now.AddDays(1)).Value!;
        Assert.Equal((2, Now, Now.AddDays(1), new UserId(7)), (second.Version, second.CreatedAt, second.UpdatedAt, second.AssignedDoctorId));
        Assert.NotEqual(first.Risk.Level, second.Risk.Level);
        Assert.Equal((first.Risk.Level, Now.AddDays(1)), (second.PreviousRiskLevel, second.RiskLevelChangedAt));

        var third = second.Amend(second.Details with { Phone = "1" }, new UserId(7), Now.AddDays(2)).Value!;
        Assert.Equal((3, first.Risk.Level, Now.AddDays(1)), (third.Version, third.PreviousRiskLevel, third.RiskLevelChangedAt));
    }

    [Fact]
    public void Archiving_and_restoring_are_versions_of_their_own_and_keep_everything()
    {
        var patient = Registered(Details with { Mrn = "A1" });
        var archived = patient.Archive(Now.AddDays(1));
        Assert.True(archived.IsArchived);
        Assert.Equal((2, "A1"), (archived.Version, archived.Details.Mrn));
        var restored = archived.Restore(archived.AssignedDoctorId, Now.AddDays(2));
        Assert.Equal(patient with { Version = 3, UpdatedAt = Now.AddDays(2) }, restored);
    }

    [Fact]
    public void A_prior_stroke_never_enters_the_score() =>
        Assert.Equal(Registered(Details).Risk.Probability, Registered(Details with { Stroke = true }).Risk.Probability);

    private static Patient Registered(PatientDetails details, DateTimeOffset? now = null) =>
        Patient.Register(new PatientId(default), details, new Registration(), now ?? Now).Value!;

    private static object Filled(Type type) => type switch
    {
        _ when type == typeof(double) => 1.5,
        _ when type == typeof(bool) => true,
        _ when type == typeof(string) => "text",
        _ when type == typeof(DateOnly) => new DateOnly(2001, 2, 3),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(1)!,
        _ when typeof(IEnumerable).IsAssignableFrom(type) => new Dictionary<string, JsonElement>(StringComparer.Ordinal),
        _ => throw new NotSupportedException($"Say how to fill a {type}."),
    };
}

public sealed class PatientAccessTests
{
    private static readonly UserId Ada = new(1);
    private static readonly UserId Bob = new(2);
    private static readonly Patient Record = PatientBuilder.APatient() with { AssignedDoctorId = Ada, UserId = Bob, ArchivedAt = null };
    private static readonly Patient Nobodys = Record with { AssignedDoctorId = null, UserId = null };
    private static readonly Patient Archived = Record.Archive(Record.UpdatedAt);

    public static TheoryData<Role, int, bool, bool, bool> Matrix => new()
    {
        // role, user id, reads, writes, reads when archived
        { Role.Admin, 9, true, true, true },
        { Role.Doctor, 1, true, true, false },
        { Role.Doctor, 2, false, false, false },
        { Role.Patient, 2, true, false, false },
        { Role.Patient, 1, false, false, false },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Who_may_read_and_write_a_record(Role role, int user, bool reads, bool writes, bool readsArchived)
    {
        var actor = new Actor(new UserId(user), "someone", role, Origin.Local);
        Assert.Equal(reads, actor.CanRead(Record));
        Assert.Equal(writes, actor.CanWrite(Record));
        Assert.Equal(readsArchived, actor.CanRead(Archived));
    }

    [Theory]
    [InlineData(Role.Doctor)]
    [InlineData(Role.Patient)]
    public void A_record_without_doctor_and_account_is_open_to_admins_only(Role role)
    {
        foreach (var user in new[] { 0, 1, 2 })
        {
            var actor = new Actor(new UserId(user), "someone", role, Origin.Local);
            Assert.False(actor.CanRead(Nobodys) || actor.CanWrite(Nobodys));
        }
    }
}
