using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;

namespace StrokeCare.Bench;

/// <summary>
/// A clinic's worth of believable, invented people from a seed: conditions come with age, readings with conditions,
/// and not every reading was taken. Only the ids differ from run to run.
/// </summary>
internal sealed class SyntheticPatients(int seed, AuditTrail audit, TimeProvider time)
{
    public const int Doctors = 50;

    private static readonly string[] MaleNames = ["Aleksander", "Amadou", "Bruno", "Daniel", "Emeka", "Giorgos", "Haruto", "Ivan", "José", "Kofi", "Liam", "Mateusz", "Nikhil", "Omar", "Paulo", "Rashid", "Søren", "Tomáš", "Walter", "Yusuf"];
    private static readonly string[] FemaleNames = ["Adaeze", "Agnieszka", "Birgit", "Chiara", "Elif", "Fatima", "Grace", "Hana", "Ingrid", "Joyce", "Katarína", "Leila", "Mei", "Nadia", "Olga", "Priya", "Rosa", "Sinéad", "Thandi", "Zofia"];
    private static readonly string[] LastNames = ["Abebe", "Ahmed", "Berg", "Brown", "Castillo", "Chen", "Diallo", "Dvořák", "Eze", "Fischer", "García", "Haddad", "Ivanova", "Jensen", "Kaya", "Kowalski", "Lindqvist", "MacLeod", "Mensah", "Moreau", "Müller", "Nakamura", "Ndlovu", "Nguyen", "Novak", "O'Brien", "Okafor", "Papadopoulos", "Patel", "Pereira", "Quispe", "Rossi", "Sato", "Schmidt", "Singh", "Smith", "Tanaka", "Van der Berg", "Walsh", "Zieliński"];
    private static readonly Actor Clinician = new(new UserId(7), "dr.lindqvist", Role.Doctor, new Origin("10.20.30.40", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));

    private readonly Random random = new(seed);
    private readonly ClinicalIds ids = new(time);
    private int made;

    /// <summary>The next people with the changes that register them. Without claims they carry no MRN, so that nothing has to be unique beside the id.</summary>
    public List<PatientAdded> Next(int count, bool claims = true)
    {
        var now = time.GetUtcNow();
        var added = new List<PatientAdded>(count);
        for (var i = 0; i < count; i++)
        {
            var by = new Registration { CreatedBy = Clinician.Id, AssignedDoctorId = new UserId(1 + random.Next(Doctors)) };
            var registered = Patient.Register(new PatientId(ids.Next()), Person(DateOnly.FromDateTime(now.UtcDateTime), claims), by, now);
            if (!registered.Succeeded) throw new InvalidOperationException($"Invented a person who is refused: {string.Join(", ", registered.Error!.Fields.Keys)}.");
            added.Add(new(registered.Value, audit.Of(AuditAction.PatientCreated, Clinician, registered.Value)));
        }

        return added;
    }

    private PatientDetails Person(DateOnly today, bool claims)
    {
        var number = ++made;
        var gender = Chance(0.54) ? Gender.Female : Gender.Male;
        // A stroke clinic sees few people under 40.
        var age = Math.Clamp(Normal(63, 16), 18, 99);
        var first = Pick(gender == Gender.Female ? FemaleNames : MaleNames);
        var last = Pick(LastNames);
        var hypertension = Chance(Rising(age, 0.15, 0.65));
        var diabetes = Chance(Rising(age, 0.04, 0.22));
        return new PatientDetails
        {
            Gender = gender,
            DateOfBirth = today.AddDays(-(int)(age * 365.25)),
            FirstName = first,
            LastName = last,
            Mrn = claims ? $"SC-{seed % 100:00}-{number:0000000}" : null,
            Phone = Chance(0.9) ? $"+44 7700 {900_000 + random.Next(1_000)}" : null,
            Email = Chance(age > 75 ? 0.25 : 0.7) ? $"person{number}@example.org" : null,
            Hypertension = hypertension,
            Diabetes = diabetes,
            HeartDisease = Chance(Rising(age, 0.02, 0.2)),
            AtrialFibrillation = Chance(Rising(age, 0.005, 0.12)),
            Lvh = Chance(0.6) ? Chance(hypertension ? 0.12 : 0.02) : null,
            PriorCvd = Chance(Rising(age, 0.03, 0.25)),
            Stroke = Chance(Rising(age, 0.01, 0.1)),
            Sbp = Chance(0.85) ? Math.Round(Math.Clamp(Normal(hypertension ? 146 : 124, 14), 85, 230)) : null,
            BpTreated = hypertension ? Chance(0.7) : false,
            AvgGlucoseLevel = Math.Round(Math.Clamp(Math.Exp(Normal(diabetes ? 5.1 : 4.55, 0.18)), 55, 400), 2),
            Bmi = Chance(0.95) ? Math.Round(Math.Clamp(Normal(28.5, 5.5), 15, 60), 1) : null,
            EverMarried = Chance(0.75),
            WorkType = age > 68 ? WorkType.SelfEmployed : Pick([WorkType.Private, WorkType.Private, WorkType.SelfEmployed, WorkType.GovtJob]),
            ResidenceType = Chance(0.51) ? ResidenceType.Urban : ResidenceType.Rural,
            SmokingStatus = Pick([SmokingStatus.NeverSmoked, SmokingStatus.NeverSmoked, SmokingStatus.FormerlySmoked, SmokingStatus.Smokes, SmokingStatus.Unknown]),
            NextReviewOn = Chance(0.4) ? today.AddDays(random.Next(7, 365)) : null,
        };
    }

    private static double Rising(double age, double young, double old) => young + ((old - young) * Math.Clamp((age - 35) / 50, 0, 1));

    private bool Chance(double probability) => random.NextDouble() < probability;

    private T Pick<T>(T[] of) => of[random.Next(of.Length)];

    /// <summary>Box and Muller's way to a normal variate.</summary>
    private double Normal(double mean, double deviation) =>
        mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
